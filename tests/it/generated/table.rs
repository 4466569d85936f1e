//! Every property that takes a profile, each by itself.

use super::super::shared::fixed;
use super::layout::Layout;
use super::property::{PROPERTIES, Property, Wants};
use super::reader::{read_json, read_yaml};
use super::value::{Value, list, map, reference, text};
use super::{json, yaml};

/// Asserts what becomes of templates with a property that is given `Ref` or the ARN of a resource, in several layouts. The
/// role's profile is in the template already, so that only the value is to change.
fn assert_becomes(property: &Property, given: (&str, Option<&str>), wanted: (&str, Option<&str>)) {
    let build = |(id, attribute)| {
        let entry = (property.path.key().to_owned(), reference(id, attribute));
        let resource = |kind: &str, properties| map([("Type", text(kind)), ("Properties", properties)]);
        let roles = list([reference("Role", None)]);
        // RDS Custom takes no other.
        let name = text("AWSRDSCustom-web");
        let resources = map([
            (
                "User",
                resource(property.resource, property.path.around(vec![entry], None)),
            ),
            ("Role", resource("AWS::IAM::Role", map::<&str>([]))),
            (
                "Profile",
                resource(
                    "AWS::IAM::InstanceProfile",
                    map([("InstanceProfileName", name), ("Roles", roles)]),
                ),
            ),
        ]);
        map([("Resources", resources)])
    };
    let (before, after) = (build(given), build(wanted));
    let assert_becomes = |text: &str, read: fn(&str) -> Value| {
        let fixed = fixed(text);
        assert_eq!(read(&fixed).meaning(), after.meaning(), "{text}");
        assert!(given != wanted || fixed == text, "{text}");
    };
    for layout in [Layout::PLAIN].into_iter().chain((0..3).map(Layout::in_braces)) {
        let read = |text: &str| read_yaml(text).unwrap().remove(0);
        assert_becomes(&yaml::write(&before, &layout).text, read);
    }
    let read = |text: &str| read_json(text).unwrap();
    assert_becomes(&json::write(&before, &Layout::PLAIN).text, read);
}

#[test]
fn every_property_gets_what_it_takes() {
    for property in PROPERTIES.iter() {
        for written in [None, Some("Arn")] {
            let wanted = match property.wants {
                Wants::Name => None,
                Wants::Arn => Some("Arn"),
                Wants::Either => written,
            };
            assert_becomes(property, ("Role", written), ("Profile", wanted));
            assert_becomes(property, ("Profile", wanted), ("Profile", wanted));
        }
    }
}

/// The product's table, each row by itself, so that a row that is lost or changed does not go unnoticed. The scripts that
/// break templates on purpose read the same file.
#[test]
fn the_table_is_complete() {
    let rows: Vec<_> = cfn_ipfix::profile::PROPERTIES
        .iter()
        .map(|property| {
            format!(
                "{} {} {:?} {:?}",
                property.resource, property.path, property.takes, property.on_update
            )
        })
        .collect();
    snapbox::assert_data_eq!(rows.join("\n") + "\n", snapbox::file!["../../property-table.txt"].raw());
}
