//! A template that is a document of its own.

use super::host::{Host, NOTHING};
use super::hosted::HostedTemplate;
use crate::cloudformation::template::is_template;

pub(super) const HOST: Host = Host {
    template: |root| is_template(root).then(|| HostedTemplate::below(root)),
    ..NOTHING
};
