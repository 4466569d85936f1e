use super::conditions::Guard;
use crate::model::ids::ResourceId;

/// A use of another resource: a reference to it, or a stated dependency.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Use {
    /// The resource that is used.
    pub target: ResourceId,
    /// Whether its value is used, so that it has to be there; not only the order is stated.
    pub is_value: bool,
    /// The branches that it is in.
    pub guards: Vec<Guard>,
}
