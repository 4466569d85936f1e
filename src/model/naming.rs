/// When to give a new profile the role's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProfileName {
    /// If the role has a name of its own: then the template needs `CAPABILITY_NAMED_IAM` anyway.
    #[default]
    Auto,
    /// Never; CloudFormation generates a name.
    None,
    /// Always.
    Role,
}
