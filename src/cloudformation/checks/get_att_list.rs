//! Checks for a list of a logical ID and `Arn` without `Fn::GetAtt`.

use super::draft::{draft, safe};
use crate::cloudformation::lower::CheckFix;
use crate::cloudformation::unit::{Unit, bare_get_att};
use crate::model::{Check, Draft, NameOrArn, SlotId, Value, Wants};
use crate::rules::missing_reference::finding;

pub(super) fn find(unit: &Unit<'_>) -> Vec<Draft<CheckFix>> {
    let slots = unit.model.slots(Wants::Profile);
    slots.filter_map(|(id, _)| list(id, unit)).collect()
}

fn list(id: SlotId, unit: &Unit<'_>) -> Option<Draft<CheckFix>> {
    let (model, written) = (&unit.model, unit.slot(id));
    let slot = model.slot(id);
    if matches!(slot.value, Value::Text(_)) {
        return None;
    }
    let value = written.slot.value;
    let target = bare_get_att(value.resolved())?;
    let resource = model.profile(target).or_else(|| model.role(target))?;
    let harmless = model.check_slot(slot, resource);
    let change = harmless.and_then(|()| unit.refer(written, target, NameOrArn::Arn));
    let fix = change.map(|change| safe(format!("refer to the ARN of `{target}`"), change));
    let label = "`Fn::GetAtt` is missing";
    let finding = finding(slot, Check("list"), "a list", label, model.get(resource), model);
    Some(draft(finding, &written.slot, value, fix))
}
