//! Writes the JavaScript around the WebAssembly.
//!
//! It does what the command `wasm-bindgen` does, in the version that the crate needs.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<_> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [wasm, folder] = arguments.as_slice() else {
        bail!("usage: glue WASM FOLDER");
    };
    write(wasm, &folder.join("web"), |bindgen| bindgen.web(true))?;
    write(wasm, &folder.join("nodejs"), |bindgen| bindgen.nodejs(true))
}

fn write(wasm: &Path, folder: &Path, target: fn(&mut Bindgen) -> anyhow::Result<&mut Bindgen>) -> anyhow::Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name("cfn_ipfix")
        .typescript(false)
        // Names would double the size.
        .remove_name_section(true)
        .remove_producers_section(true);
    target(&mut bindgen)?;
    let generated = bindgen.generate(folder);
    generated.with_context(|| format!("cannot write the JavaScript in {}", folder.display()))
}
