//! Tests of each property that takes a profile.

use cfn_ipfix::profile::TERRAFORM;

use super::super::shared::fixed;
use super::layout::Layout;
use super::property::{PROPERTIES, Property, Wants};
use super::reader::{read_json, read_yaml};
use super::value::{Value, list, map, reference, text};
use super::{json, yaml};

/// Asserts how the value of a property is fixed, in several layouts.
///
/// A value is the ID of a resource, and `Arn` for its ARN. The template has a profile of the role already, so that only
/// the value changes.
fn assert_fixed(property: &Property, given: (&str, Option<&str>), wanted: (&str, Option<&str>)) {
    let build = |(id, attribute)| {
        let entry = (property.path.key().to_owned(), reference(id, attribute));
        let resource =
            |resource_type: &str, properties| map([("Type", text(resource_type)), ("Properties", properties)]);
        let roles = list([reference("Role", None)]);
        // RDS Custom requires this prefix.
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
    let assert_layout = |text: &str, read: fn(&str) -> Value| {
        let fixed = fixed(text);
        assert_eq!(read(&fixed).normalized(), after.normalized(), "{text}");
        assert!(given != wanted || fixed == text, "{text}");
    };
    for layout in [Layout::PLAIN].into_iter().chain((0..3).map(Layout::in_braces)) {
        let read = |text: &str| read_yaml(text).unwrap().remove(0);
        assert_layout(&yaml::write(&before, &layout).text, read);
    }
    let read = |text: &str| read_json(text).unwrap();
    assert_layout(&json::write(&before, &Layout::PLAIN).text, read);
}

#[test]
fn every_property_gets_a_value_that_it_takes() {
    for property in PROPERTIES.iter() {
        for written in [None, Some("Arn")] {
            let wanted = match property.wants {
                Wants::Name => None,
                Wants::Arn => Some("Arn"),
                Wants::Either => written,
            };
            assert_fixed(property, ("Role", written), ("Profile", wanted));
            assert_fixed(property, ("Profile", wanted), ("Profile", wanted));
        }
    }
}

/// Compares the product's tables with copies, so that a row cannot change unnoticed.
///
/// Scripts read the copies too: scripts/break-and-mend that of CloudFormation, scripts/compare-with-providers that of
/// Terraform.
#[test]
fn property_tables_match_their_copies() {
    snapbox::assert_data_eq!(
        rows(cfn_ipfix::profile::PROPERTIES),
        snapbox::file!["../../property-table.txt"].raw()
    );
    snapbox::assert_data_eq!(
        rows(TERRAFORM),
        snapbox::file!["../../terraform-property-table.txt"].raw()
    );
}

fn rows(table: &[cfn_ipfix::model::Property]) -> String {
    let rows = table.iter().map(|property| {
        format!(
            "{} {} {:?} {:?}\n",
            property.resource, property.path, property.takes, property.on_update
        )
    });
    rows.collect()
}
