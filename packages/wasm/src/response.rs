//! The result of a check for JavaScript.

use cfn_ipfix::report::{Format, FormatError, ReportBuilder, ReportStyle, Summary, TextStyle};
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::arguments::{Arguments, InvalidArguments};
use crate::checked::Checked;
use crate::messages;

/// The fields of `CheckResult` in `../npm/cfn-ipfix/index.d.ts`.
#[derive(Serialize)]
struct Response<'c> {
    /// The report that `--output-format json` prints.
    report: Box<RawValue>,
    /// The unified diff of all fixes.
    diff: String,
    /// The files that fixes change, with their fixed sources.
    fixed: IndexMap<&'c str, &'c str>,
    /// The report in the format that the caller selects.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    /// The messages of the command.
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<String>,
}

/// Returns the result as JSON.
pub(crate) fn json(checked: &Checked<'_>, arguments: &Arguments) -> Result<String, InvalidArguments> {
    let format = arguments.format();
    let fixed = checked.files().filter_map(|file| Some((file.path, file.fixed()?)));
    let response = Response {
        report: RawValue::from_string(report(checked, Format::JSON)?)?,
        diff: report(checked, Format::DIFF)?,
        fixed: fixed.collect(),
        output: format.map(|format| report(checked, format)).transpose()?,
        messages: arguments.command().map(|_| messages::of_run(checked, format)),
    };
    Ok(serde_json::to_string(&response)?)
}

/// Returns the report of all files in one format.
fn report(checked: &Checked<'_>, format: &'static Format) -> Result<String, FormatError> {
    let style = ReportStyle {
        format,
        has_colours: false,
        text: TextStyle::of_report(false, false),
    };
    let mut builder = ReportBuilder::new(format);
    let mut summary = Summary::default();
    let mut text = String::new();
    for file in checked.files() {
        let sources = file.is_parsed().then_some(file.sources);
        text.push_str(&builder.add(style.part(file.final_record(), sources, file.fixed())));
        summary.add(&file.summary());
    }
    text.push_str(&builder.end(&summary)?);
    Ok(text)
}
