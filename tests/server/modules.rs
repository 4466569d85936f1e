//! Terraform modules, whose files are checked and fixed together, open or not.

use serde_json::{Value, json};

use super::client::{Client, full_capabilities, range_of};
use super::folder::{Folder, codes};

const ROLES: &str = "\
resource \"aws_iam_role\" \"web\" {
  name               = \"web\"
  assume_role_policy = jsonencode({ Version = \"2012-10-17\", Statement = [{ Effect = \"Allow\", Action = \"sts:AssumeRole\", Principal = { Service = \"ec2.amazonaws.com\" } }] })
}
";

const PROFILE: &str = "
resource \"aws_iam_instance_profile\" \"web\" {
  name = aws_iam_role.web.name
  role = aws_iam_role.web.name
}
";

const HOSTS: &str = "\
resource \"aws_instance\" \"web\" {
  ami                  = \"ami-0abcdef1234567890\"
  instance_type        = \"t3.micro\"
  iam_instance_profile = aws_iam_role.web.name
}
";

fn fixed_hosts() -> String {
    HOSTS.replace("aws_iam_role.web", "aws_iam_instance_profile.web")
}

/// Returns the fix of the finding in `HOSTS`.
fn fix(client: &mut Client, uri: &str) -> Value {
    let actions = client.actions(uri, &range_of(HOSTS, "aws_iam_role.web"), Some("quickfix"));
    let fix = actions
        .iter()
        .find(|action| action["title"].as_str().unwrap().starts_with("Add"));
    fix.cloned().unwrap_or_default()
}

#[test]
fn a_fix_over_several_files_edits_open_and_other_files() {
    for is_open in [false, true] {
        let module = Folder::new(&[("roles.tf", ROLES), ("hosts.tf", HOSTS)]);
        let (hosts, roles) = (module.uri("hosts.tf"), module.uri("roles.tf"));
        let mut client = module.client(&full_capabilities(), &json!({}));
        assert_eq!(codes(&client.open(&hosts, "terraform", HOSTS)), ["IPF001"]);
        // The text that is not saved counts.
        let text = if is_open {
            format!("# not saved\n{ROLES}")
        } else {
            ROLES.to_owned()
        };
        if is_open {
            client.open_only(&roles, "terraform", &text);
            assert_eq!(codes(&client.published(&hosts)), ["IPF001"]);
            assert_eq!(codes(&client.published(&roles)), [""; 0]);
        } else {
            client.knows(&roles, &text);
        }
        let fix = fix(&mut client, &hosts);
        let changes = fix["edit"]["documentChanges"].as_array().unwrap();
        let files = changes
            .iter()
            .map(|change| (&change["textDocument"]["uri"], &change["textDocument"]["version"]));
        // The file that gains the profile is first.
        let version = if is_open { json!(1) } else { Value::Null };
        let expected = [(&json!(roles), &version), (&json!(hosts), &json!(1))];
        assert_eq!(files.collect::<Vec<_>>(), expected);
        assert_eq!(fix["isPreferred"], true);
        assert_eq!(client.edited(&fix["edit"], &roles), text + PROFILE);
        assert_eq!(client.edited(&fix["edit"], &hosts), fixed_hosts());
        client.end();
    }
}

#[test]
fn a_client_without_versions_is_given_the_edits_of_each_file() {
    let module = Folder::new(&[("roles.tf", ROLES), ("hosts.tf", HOSTS)]);
    let (hosts, roles) = (module.uri("hosts.tf"), module.uri("roles.tf"));
    let capabilities =
        json!({"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}});
    let mut client = module.client(&capabilities, &json!({}));
    client.open(&hosts, "terraform", HOSTS);
    client.knows(&roles, ROLES);
    let fix = fix(&mut client, &hosts);
    assert_eq!(fix["edit"].get("documentChanges"), None);
    assert_eq!(client.edited(&fix["edit"], &roles), format!("{ROLES}{PROFILE}"));
    assert_eq!(client.edited(&fix["edit"], &hosts), fixed_hosts());
    client.end();
}

#[test]
fn fixing_a_document_as_a_whole_changes_no_other_file() {
    let everywhere = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let both = format!("{ROLES}\n{}", HOSTS.replace("\"web\"", "\"other\""));
    for (roles, hosts, expected) in [
        // The profile would be in the other file.
        (ROLES, HOSTS, None),
        // It is there already, so that the fix needs one file.
        (&*format!("{ROLES}{PROFILE}"), HOSTS, Some(fixed_hosts())),
        // Both are in the document; another file has another problem.
        (
            "resource \"aws_iam_role\" \"unused\" {}\n",
            &both,
            Some(format!(
                "{ROLES}{PROFILE}\n{}",
                fixed_hosts().replace("\"web\"", "\"other\"")
            )),
        ),
    ] {
        let module = Folder::new(&[("roles.tf", roles), ("hosts.tf", hosts)]);
        let uri = module.uri("hosts.tf");
        let mut client = module.client(&full_capabilities(), &json!({"fixOnSave": true}));
        assert_eq!(codes(&client.open(&uri, "terraform", hosts)), ["IPF001"]);
        let actions = client.actions(&uri, &everywhere, Some("source.fixAll"));
        let edited = actions.first().map(|action| client.edited(&action["edit"], &uri));
        assert_eq!(edited, expected);
        let params = json!({"textDocument": {"uri": uri}, "reason": 1});
        let saved = client.request("textDocument/willSaveWaitUntil", params).unwrap();
        let saved = saved.as_array().map(|edits| edits.iter().collect::<Vec<_>>());
        assert_eq!(saved.map(|edits| client.with_edits(&uri, &edits)), expected);
        client.end();
    }
}

#[test]
fn a_change_of_one_file_checks_the_others_again() {
    let module = Folder::new(&[("roles.tf", ""), ("hosts.tf", HOSTS)]);
    let (hosts, roles) = (module.uri("hosts.tf"), module.uri("roles.tf"));
    let mut client = module.client(&full_capabilities(), &json!({}));
    assert_eq!(codes(&client.open(&hosts, "terraform", HOSTS)), [""; 0]);
    client.open_only(&roles, "terraform", "");
    assert_eq!(codes(&client.published(&hosts)), [""; 0]);
    assert_eq!(codes(&client.published(&roles)), [""; 0]);
    client.change_only(&roles, 2, json!([{"text": ROLES}]));
    let published = client.published(&hosts);
    assert_eq!((codes(&published), &published["version"]), (vec!["IPF001"], &json!(1)));
    // The role is a related place in the other file.
    let related = &published["diagnostics"][0]["relatedInformation"];
    let places: Vec<_> = related
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["location"]["uri"])
        .collect();
    assert_eq!(places, [&json!(roles)], "{related}");
    assert_eq!(client.published(&roles)["version"], 2);
    // Without being saved, the role is gone if the file is closed.
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": roles}}));
    assert_eq!(client.published(&roles), json!({"uri": roles, "diagnostics": []}));
    assert_eq!(codes(&client.published(&hosts)), [""; 0]);
    client.end();
}

#[test]
fn a_change_on_the_disk_checks_the_module_again() {
    let capabilities = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let module = Folder::new(&[("hosts.tf", HOSTS)]);
    let (hosts, roles) = (module.uri("hosts.tf"), module.uri("roles.tf"));
    let mut client = module.client(&capabilities, &json!({}));
    let registered = client.answer("client/registerCapability", Value::Null);
    let watchers = &registered["registrations"][0]["registerOptions"]["watchers"];
    assert_eq!(watchers[1]["globPattern"], "**/*.{tf,tofu,tf.json,tofu.json}");
    assert_eq!(codes(&client.open(&hosts, "terraform", HOSTS)), [""; 0]);
    module.write("roles.tf", ROLES);
    let changed = |uri: &str| json!({"changes": [{"uri": uri, "type": 1}]});
    client.notify("workspace/didChangeWatchedFiles", changed(&roles));
    assert_eq!(codes(&client.published(&hosts)), ["IPF001"]);
    // The open document is not read from the disk.
    client.notify("workspace/didChangeWatchedFiles", changed(&hosts));
    assert!(client.has_none("textDocument/publishDiagnostics"));
    client.end();
}

/// Such a client does not say that a file on disk has changed.
#[test]
fn a_fix_edits_files_as_they_are_for_a_client_that_watches_none() {
    let module = Folder::new(&[("roles.tf", ROLES), ("hosts.tf", HOSTS)]);
    let (hosts, roles) = (module.uri("hosts.tf"), module.uri("roles.tf"));
    let capabilities =
        json!({"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}});
    let mut client = module.client(&capabilities, &json!({}));
    assert_eq!(codes(&client.open(&hosts, "terraform", HOSTS)), ["IPF001"]);
    let text = format!("# one\n# two\n{ROLES}");
    module.write("roles.tf", &text);
    client.knows(&roles, &text);
    let fix = fix(&mut client, &hosts);
    assert_eq!(client.edited(&fix["edit"], &roles), text + PROFILE);
    client.end();
}

#[test]
fn a_change_of_a_local_module_checks_its_callers_again() {
    let caller = format!("module \"box\" {{\n  source  = \"./box\"\n  profile = aws_iam_role.web.name\n}}\n\n{ROLES}");
    let child = "variable \"profile\" {\n  type = string\n}\n\n".to_owned()
        + &HOSTS.replace("aws_iam_role.web.name", "var.profile");
    let module = Folder::new(&[("main.tf", &caller), ("box/main.tf", "")]);
    let (main, inner) = (module.uri("main.tf"), module.uri("box/main.tf"));
    let mut client = module.client(&full_capabilities(), &json!({}));
    assert_eq!(codes(&client.open(&main, "terraform", &caller)), [""; 0]);
    client.open_only(&inner, "terraform", &child);
    assert_eq!(codes(&client.published(&inner)), [""; 0]);
    assert_eq!(codes(&client.published(&main)), ["IPF001"]);
    client.end();
}

#[test]
fn an_excluded_file_is_neither_reported_nor_changed() {
    let module = Folder::new(&[("roles.tf", ROLES), ("hosts.tf", HOSTS)]);
    module.write(".cfn-ipfix.yaml", "exclude: [roles.tf]");
    let uri = module.uri("hosts.tf");
    let mut client = module.client(&full_capabilities(), &json!({}));
    assert_eq!(codes(&client.open(&uri, "terraform", HOSTS)), ["IPF001"]);
    assert_eq!(fix(&mut client, &uri), Value::Null);
    client.end();
}

#[test]
fn a_document_without_a_file_is_a_module_of_its_own() {
    let uri = "untitled:Untitled-1";
    let text = format!("{ROLES}\n{HOSTS}");
    for language in ["terraform", "opentofu"] {
        let mut client = Client::start(full_capabilities());
        assert_eq!(codes(&client.open(uri, language, &text)), ["IPF001"]);
        let everywhere = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
        let actions = client.actions(uri, &everywhere, Some("source.fixAll"));
        let expected = format!("{ROLES}{PROFILE}\n{}", fixed_hosts());
        assert_eq!(client.edited(&actions[0]["edit"], uri), expected);
        client.end();
    }
}

#[test]
fn a_comment_suppresses_a_finding_of_a_module() {
    let module = Folder::new(&[("roles.tf", ROLES), ("hosts.tf", HOSTS)]);
    let uri = module.uri("hosts.tf");
    let mut client = module.client(&full_capabilities(), &json!({}));
    client.open(&uri, "terraform", HOSTS);
    let actions = client.actions(&uri, &range_of(HOSTS, "aws_iam_role.web"), Some("quickfix"));
    let suppression = actions
        .iter()
        .find(|action| action["title"] == "Suppress IPF001 with a comment");
    let expected = HOSTS.replace("web.name", "web.name # cfn-ipfix: ignore[IPF001]");
    assert_eq!(client.edited(&suppression.unwrap()["edit"], &uri), expected);
    client.end();
}

#[test]
fn a_slot_leads_to_the_role_in_another_file() {
    let module = Folder::new(&[("roles.tf", ROLES), ("hosts.tf", HOSTS)]);
    let uri = module.uri("hosts.tf");
    let mut client = module.client(&full_capabilities(), &json!({}));
    client.open(&uri, "terraform", HOSTS);
    let params = json!({
        "textDocument": {"uri": uri}, "position": range_of(HOSTS, "aws_iam_role.web")["start"],
    });
    let places = client.request("textDocument/definition", params.clone()).unwrap();
    assert_eq!(places[0]["uri"], module.uri("roles.tf"));
    assert_eq!(places[0]["range"]["start"]["line"], 0);
    let hover = client.request("textDocument/hover", params).unwrap();
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(
        text.contains("The value is the name of the role `aws_iam_role.web`."),
        "{text}"
    );
    client.end();
}
