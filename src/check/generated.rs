use crate::model::{Applicability, Finding, FixState, Model};
use crate::rules::Options;

/// Marks findings in what the AWS CDK generates: the message names the source, and no fix is safe.
///
/// The next `cdk synth` would overwrite a fix.
pub(super) fn leave_to_source<C>(model: &Model<'_>, options: &Options, findings: &mut [Finding<FixState<C>>]) {
    for finding in findings {
        let resource = finding.resource.as_deref().and_then(|id| model.resource(id));
        match resource.and_then(|resource| model.get(resource).construct) {
            Some(construct) => finding.message.push_str(&format!(
                "; the AWS CDK generates this resource from the construct `{construct}`, so change that"
            )),
            None if options.is_generated => finding
                .message
                .push_str("; the AWS CDK generates this file, so change the app"),
            None => continue,
        }
        if let FixState::Fix(fix) = &mut finding.fix_state {
            fix.applicability = Applicability::Unsafe;
        }
    }
}
