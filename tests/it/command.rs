//! The command line. Each case is a file: `tests/cmd/*.toml` names the arguments and the status, `.stdin`, `.stdout` and
//! `.stderr` beside it what goes in and what comes out, `.in/` and `.out/` the folder before and after. What the README
//! shows is a case too.

#[test]
fn every_command_line_behaves_as_recorded() {
    trycmd::TestCases::new().case("tests/cmd/*.toml").case("README.md");
}
