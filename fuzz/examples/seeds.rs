//! Writes the seeds of all targets for the engine: `DIRECTORY/TARGET/SEED`.

use std::path::PathBuf;
use std::{env, fs, io};

use cfn_ipfix_fuzz::targets;

#[expect(clippy::disallowed_methods, reason = "only the library must not read arguments")]
fn main() -> io::Result<()> {
    let directory = env::args_os().nth(1).expect("the argument is a directory");
    for target in targets::ALL {
        let directory = PathBuf::from(&directory).join(target.name);
        fs::create_dir_all(&directory)?;
        for seed in (target.seeds)() {
            fs::write(directory.join(seed.name.replace('/', "-")), seed.input)?;
        }
    }
    Ok(())
}
