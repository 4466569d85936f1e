//! Instance profiles: which properties take one, and which one matches a role. Nothing here knows text or YAML layout.

mod matching;
mod places;
mod policies;
mod roles;
mod table;
mod trust;

pub use matching::{Match, NewProfile, ProfileName, Profiles, usual_id};
pub use places::{
    Found, Place, ROLE_OF_PROFILE, ROLES, Slip, is_name_or_arn, name_or_arn, objects, places, places_of, role_places,
};
pub use policies::passed_roles;
pub use table::{OnUpdate, PROPERTIES, Property, Takes};
pub use trust::{Trust, ec2_trust};

/// The type of an instance profile.
pub const PROFILE: &str = "AWS::IAM::InstanceProfile";

/// The type of a role.
pub const ROLE: &str = "AWS::IAM::Role";
