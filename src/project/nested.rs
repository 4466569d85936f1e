//! Finds the template of each nested stack.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::ends::{StackEnd, TemplateEnds};
use super::links::TemplateLocation;
use super::location::ProjectPaths;

/// The template of a nested stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// A template of the project.
    To(Target),
    /// No template of the project has the location.
    Missing,
    /// Several templates may be meant, or the template does not fit.
    Unclear,
}

/// A template of the project that a nested stack has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The index of the template.
    pub template: usize,
    /// True if it is only probable.
    pub is_likely: bool,
    /// True if an equal file may be meant in its place.
    pub has_copies: bool,
}

impl Link {
    /// Returns the template, if it is known.
    pub(super) fn target(self) -> Option<Target> {
        match self {
            Self::To(target) => Some(target),
            Self::Missing | Self::Unclear => None,
        }
    }
}

/// Finds the templates of nested stacks.
pub(super) struct Links<'l> {
    templates: &'l [TemplateEnds],
    /// The only template of each file, by the index of the file.
    in_file: HashMap<usize, usize>,
    paths: &'l ProjectPaths,
    is_same: &'l dyn Fn(usize, usize) -> bool,
}

impl<'l> Links<'l> {
    /// Searches among templates, whose files have these paths.
    pub(super) fn among(
        templates: &'l [TemplateEnds],
        paths: &'l ProjectPaths,
        is_same: &'l dyn Fn(usize, usize) -> bool,
    ) -> Self {
        Self {
            templates,
            in_file: in_file(templates),
            paths,
            is_same,
        }
    }

    /// Returns the template of a stack, which all of its locations must mean.
    pub(super) fn of(&self, parent: usize, stack: &StackEnd) -> Link {
        let links = stack.locations.iter().map(|location| self.at(parent, stack, location));
        let agreed = links.reduce(|one, other| match (one, other) {
            (Link::To(one), Link::To(other)) if one.template == other.template => Link::To(Target {
                template: one.template,
                is_likely: one.is_likely || other.is_likely,
                has_copies: one.has_copies || other.has_copies,
            }),
            (one, other) if one == other => one,
            _ => Link::Unclear,
        });
        agreed.unwrap_or(Link::Unclear)
    }

    fn at(&self, parent: usize, stack: &StackEnd, location: &TemplateLocation) -> Link {
        let Some(from) = self.templates.get(parent).map(|parent| parent.file) else {
            return Link::Unclear;
        };
        let files = self.paths.candidates(from, location);
        if files.is_empty() {
            return Link::Missing;
        }
        let templates = files.iter().filter_map(|file| self.in_file.get(file).copied());
        let passed: HashSet<_> = stack.passed.iter().map(|passed| passed.parameter.as_str()).collect();
        let mut fitting: Vec<_> = templates
            .filter(|&template| self.fits(template, stack, &passed))
            .collect();
        let file = |template: usize| self.templates.get(template).map_or(0, |template| template.file);
        // The nearest file is meant, or else the one with nothing before the end of the URL.
        let rank = |template: usize| {
            let file = file(template);
            (
                self.paths.common_folders(from, file),
                self.paths.is_whole(file, location),
            )
        };
        fitting.sort_by_key(|&template| Reverse(rank(template)));
        let Some((&nearest, others)) = fitting.split_first() else {
            return Link::Unclear;
        };
        // Copies of one file are one template, unless one of them is changed.
        let is_copy = |other: usize| (self.is_same)(file(nearest), file(other));
        let as_near = || others.iter().filter(|&&other| rank(other) == rank(nearest));
        if as_near().any(|&other| !is_copy(other)) {
            return Link::Unclear;
        }
        Link::To(Target {
            template: nearest,
            is_likely: !self.is_certain(location, file(nearest)) || others.iter().any(|&other| !is_copy(other)),
            has_copies: as_near().next().is_some(),
        })
    }

    /// Returns whether the only fitting file with a location is certainly meant: more than its name must be the same.
    fn is_certain(&self, location: &TemplateLocation, file: usize) -> bool {
        match location {
            TemplateLocation::Path(_) => true,
            TemplateLocation::UrlEnd { end, .. } => self.paths.common_end(file, end) >= 2,
            TemplateLocation::Unknown => false,
        }
    }

    /// Returns whether CloudFormation would accept a template for a stack.
    ///
    /// It rejects a parameter that the template does not declare, and one without a default that is not passed. See
    /// aws-samples/amazon-ec2-image-builder-samples#18 and aws/aws-cdk#3552 for its errors.
    fn fits(&self, template: usize, stack: &StackEnd, passed: &HashSet<&str>) -> bool {
        let Some(template) = self.templates.get(template) else {
            return false;
        };
        let mut required = template
            .parameters
            .iter()
            .filter(|(_, parameter)| !parameter.has_default);
        let are_known = passed
            .iter()
            .all(|parameter| template.parameters.contains_key(*parameter));
        let are_given = !stack.is_complete || required.all(|(name, _)| passed.contains(name.as_str()));
        let are_read = stack.outputs.iter().all(|output| template.outputs.contains_key(output));
        are_given && (template.may_have_others || (are_known && are_read))
    }
}

/// Returns the only template of each file that has one.
fn in_file(templates: &[TemplateEnds]) -> HashMap<usize, usize> {
    let mut only = HashMap::new();
    let mut several = BTreeSet::new();
    for (at, template) in templates.iter().enumerate() {
        if only.insert(template.file, at).is_some() {
            several.insert(template.file);
        }
    }
    only.retain(|file, _| !several.contains(file));
    only
}
