//! Tests of the additions of fixes without their other changes, for the files of a module that are written in turn.

use cfn_ipfix::terraform::ModuleFile;
use cfn_ipfix::{Options, Report, check_module};

/// Fixes a module of files with these names and sources.
fn fix(files: &[(&str, &str)]) -> Vec<Report> {
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| ModuleFile {
            name: (*name).to_owned(),
            text: Some((*text).into()),
            may_change: true,
            options: Options::default(),
        })
        .collect();
    let reports = check_module(&files, &|_| None).into_iter();
    reports.map(Result::unwrap).collect()
}

const A: &str = "resource \"aws_iam_role\" \"a\" {}

resource \"aws_instance\" \"next_to_a\" {
  iam_instance_profile = aws_iam_role.b.name
}
";
const A_ADDED: &str = "resource \"aws_iam_role\" \"a\" {}

resource \"aws_iam_instance_profile\" \"a\" {
  role = aws_iam_role.a.name
}

resource \"aws_instance\" \"next_to_a\" {
  iam_instance_profile = aws_iam_role.b.name
}
";
const B: &str = r#"{
  "resource": {
    "aws_iam_role": {
      "b": {}
    },
    "aws_instance": {
      "next_to_b": {
        "iam_instance_profile": "${aws_iam_role.a.name}"
      }
    }
  }
}
"#;
const B_ADDED: &str = r#"{
  "resource": {
    "aws_iam_role": {
      "b": {}
    },
    "aws_iam_instance_profile": {
      "b": {
        "role": "${aws_iam_role.b.name}"
      }
    },
    "aws_instance": {
      "next_to_b": {
        "iam_instance_profile": "${aws_iam_role.a.name}"
      }
    }
  }
}
"#;
const ONLY_REFERS: &str = "resource \"aws_instance\" \"c\" {\n  iam_instance_profile = aws_iam_role.d.name\n}\n";
const ONLY_ADDS: &str = "resource \"aws_iam_role\" \"d\" {}\n";

#[test]
fn separates_additions_from_references() {
    let reports = fix(&[
        ("a.tf", A),
        ("b.tf.json", B),
        ("c.tf", ONLY_REFERS),
        ("d.tf", ONLY_ADDS),
        ("e.tf", "variable \"e\" {}\n"),
    ]);
    let added: Vec<_> = reports.iter().map(Report::added).collect();
    let d_fixed = reports[3].fixed();
    assert!(d_fixed.unwrap().contains("aws_iam_instance_profile"));
    assert_eq!(added, [Some(A_ADDED), Some(B_ADDED), None, d_fixed, None]);
    assert_eq!(
        reports[0].fixed().unwrap(),
        A_ADDED.replace("= aws_iam_role.b", "= aws_iam_instance_profile.b")
    );
}

#[test]
fn separates_nothing_if_one_file_changes() {
    let only = ONLY_ADDS.to_owned() + ONLY_REFERS;
    let reports = fix(&[("a.tf", &only), ("b.tf", "variable \"b\" {}\n")]);
    assert!(reports[0].fixed().is_some());
    assert_eq!(reports[0].added(), None);
}

/// The branches of a conditional are fixed one after another, so that the second profile is inserted after the first one.
#[test]
fn collects_the_additions_of_all_rounds() {
    let hosts = "resource \"aws_iam_role\" \"a\" {}
resource \"aws_instance\" \"either\" {
  iam_instance_profile = var.is_b ? aws_iam_role.b.name : aws_iam_role.c.name
}
";
    let roles = B.replace("\"b\": {}", "\"b\": {},\n      \"c\": {}");
    let added = roles.replace(
        "    \"aws_instance\"",
        r#"    "aws_iam_instance_profile": {
      "b": {
        "role": "${aws_iam_role.b.name}"
      },
      "c": {
        "role": "${aws_iam_role.c.name}"
      }
    },
    "aws_instance""#,
    );
    let reports = fix(&[("hosts.tf", hosts), ("roles.tf.json", &roles)]);
    assert_eq!(reports[1].added(), Some(added.as_str()));
    assert_eq!(
        reports[1].fixed().unwrap(),
        added.replace("\": \"${aws_iam_role.a", "\": \"${aws_iam_instance_profile.a")
    );
    let [_, after_role] = reports[0].added().unwrap().split("\"a\" {}").collect::<Vec<_>>()[..] else {
        panic!("{:?}", reports[0].added());
    };
    assert!(after_role.starts_with("\n\nresource \"aws_iam_instance_profile\" \"a\" {\n"));
    assert!(after_role.contains("var.is_b ? aws_iam_role.b.name : aws_iam_role.c.name"));
}
