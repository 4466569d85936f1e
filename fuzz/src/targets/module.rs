use crate::bounds::bounded;
use crate::module::Module;
use crate::options::{HEAD, split};
use crate::seeds;
use crate::target::Target;
use crate::words;

/// Checks any Terraform module with any options; the reports satisfy the laws.
pub const MODULE: Target = Target {
    name: "module",
    check,
    seeds: || {
        let files = seeds::module_files();
        let files = files
            .iter()
            .map(|file| file.with_flags(if file.name.ends_with(".json") { 0x10 } else { 0 }));
        let modules = seeds::files("fuzz/seeds/module");
        let modules = modules
            .iter()
            .flat_map(|module| MODULE_FLAGS.map(|flags| module.with_flags(flags)));
        files.chain(modules).collect()
    },
    head: HEAD,
    words: &words::MODULE,
};

/// The flags of each whole module: names of its files, unsafe fixes, a child module.
const MODULE_FLAGS: [u8; 5] = [0, 1, 0x10, 0x21, 0x81];

fn check(input: &[u8]) {
    let Some((options, text)) = split(input) else { return };
    let module = Module::of(text, input[0], options);
    let reports = bounded(text.len(), || module.check());
    module.assert_honest(&reports);
    module.assert_untouched(&reports);
}
