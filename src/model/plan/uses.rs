use super::conditions::Guard;
use crate::model::ids::ResourceId;

/// A use of another resource: a reference or an explicit dependency.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Use {
    /// The resource that is used.
    pub target: ResourceId,
    /// True if the value is used, so that the resource must exist.
    ///
    /// False if only the order is stated.
    pub is_value: bool,
    /// The branches that it is in.
    pub guards: Vec<Guard>,
}
