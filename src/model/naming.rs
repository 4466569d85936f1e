/// The policy for naming new profiles after their roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProfileName {
    /// Names the profile if the role has a name.
    ///
    /// The template needs `CAPABILITY_NAMED_IAM` then anyway.
    #[default]
    Auto,
    /// Never names it; CloudFormation generates a name.
    None,
    /// Always names it.
    Role,
}
