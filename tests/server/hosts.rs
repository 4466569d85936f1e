//! Templates in other documents.

use std::fs;

use serde_json::json;

use super::client::{full_capabilities, range_of};
use super::folder::{Folder, codes};

const IAM: &str = "\
Resources:
  AppRole:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {}}
";

const OPTIONS: &str = "\
option_settings:
  aws:autoscaling:launchconfiguration:
    IamInstanceProfile: '`{\"Ref\" : \"AppRole\"}`'
";

/// The range is that in the string.
#[test]
fn a_template_in_a_string_is_checked_in_place() {
    let text = fs::read_to_string("examples/hosts/stack-set.yaml").unwrap();
    let folder = Folder::new(&[("stack-set.yaml", &text)]);
    let uri = folder.uri("stack-set.yaml");
    let mut client = folder.client(&full_capabilities(), &json!({}));
    let published = client.open(&uri, "yaml", &text);
    assert_eq!(codes(&published), ["IPF001"]);
    assert_eq!(published["diagnostics"][0]["range"], range_of(&text, "!Ref ProbeRole"));
    client.end();
}

/// Editors know no language for such files.
#[test]
fn the_files_of_ebextensions_are_one_template() {
    let [iam, options] = [".ebextensions/iam.config", ".ebextensions/options.config"];
    let folder = Folder::new(&[(iam, IAM), (options, OPTIONS)]);
    let mut client = folder.client(&full_capabilities(), &json!({}));
    let uri = folder.uri(options);
    let published = client.open(&uri, "plaintext", OPTIONS);
    assert_eq!(codes(&published), ["IPF001"]);
    let value = range_of(OPTIONS, "{\"Ref\" : \"AppRole\"}");
    assert_eq!(published["diagnostics"][0]["range"], value);
    let related = &published["diagnostics"][0]["relatedInformation"][0]["location"]["uri"];
    assert_eq!(related, &json!(folder.uri(iam)));
    client.end();
}

#[test]
fn a_service_includes_files_of_the_workspace() {
    const SERVICE: &str = "\
service: jobs
provider: {name: aws}
resources:
  - ${file(resources/iam.yml)}
  - Resources:
      Server:
        Type: AWS::EC2::Instance
        Properties:
          IamInstanceProfile: !Ref AppRole
";
    let folder = Folder::new(&[("serverless.yml", SERVICE), ("resources/iam.yml", IAM)]);
    let mut client = folder.client(&full_capabilities(), &json!({}));
    let published = client.open(&folder.uri("serverless.yml"), "yaml", SERVICE);
    assert_eq!(codes(&published), ["IPF001"]);
    assert_eq!(published["diagnostics"][0]["range"], range_of(SERVICE, "!Ref AppRole"));
    client.end();
}
