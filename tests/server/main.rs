//! Tests of the language server, in process: a client of the tests exchanges messages with it through memory.
//!
//! `SNAPSHOTS=overwrite cargo test --test server` writes the files of `tests/server/snapshots`.

// Test helpers may panic.
#![allow(clippy::unwrap_used, clippy::panic)]
// A message is written where it is sent, by `json!`.
#![allow(clippy::needless_pass_by_value)]

mod actions;
mod client;
mod configuration;
mod diagnostics;
mod explanations;
mod folder;
mod hosts;
mod lifecycle;
mod modules;
mod projects;
mod snapshots;

/// A template with one mistake, with characters of one to four bytes before it.
const TEMPLATE: &str = "\
# é日😀
Resources:
  Server:
    Type: AWS::EC2::Instance
    Properties:
      IamInstanceProfile: !Ref ServerRole # 😀
  ServerRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
";
