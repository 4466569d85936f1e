//! Decides from the bytes of a file whether a module with it can have findings.

use memchr::memmem;

/// The words of which one is in every module with a finding, or in a local module that it calls.
const WORDS: [&[u8]; 6] = [
    b"instance_profile",
    b"InstanceProfile",
    b"instance_role",
    b"instance-profile",
    b"resourceRole",
    b"cfn-ipfix",
];

/// Returns whether a module with this file may have findings.
///
/// If it returns `false` for all files of a module, and of the local modules at their [`local_sources`], the module has
/// none.
pub fn may_apply(bytes: &[u8]) -> bool {
    WORDS.iter().any(|word| memmem::find(bytes, word).is_some())
}

/// Returns the strings of a file that may be the `source` of a local module, whose variables may take a profile.
pub fn local_sources(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let starts = ["\"./", "\"../"].into_iter();
    let starts = starts.flat_map(|start| memmem::find_iter(bytes, start));
    let strings = starts.filter_map(|start| bytes.get(start + 1..)?.split(|byte| *byte == b'"').next());
    strings.filter_map(|source| str::from_utf8(source).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::terraform_properties;

    #[test]
    fn finds_the_sources_of_local_modules() {
        let file = br#"source = "./server" # "x"
            "source": "../../server/", a = "x./y", b = "./"#;
        assert_eq!(
            local_sources(file).collect::<Vec<_>>(),
            ["./server", "./", "../../server/"]
        );
    }

    #[test]
    fn every_argument_has_a_word() {
        for row in terraform_properties() {
            assert!(may_apply(row.path.as_bytes()), "{row:?}");
        }
    }
}
