//! The arguments of a resource that take a profile or a role.

use crate::hcl::{Body, Expr, ExprKind};
use crate::model::Property;
use crate::text::NodePath;

/// An argument at the path of a property.
#[derive(Clone, Debug)]
pub(super) struct Argument<'s> {
    /// Its value.
    pub(super) value: &'s Expr,
    /// The path to it.
    pub(super) path: NodePath,
}

/// A container of arguments.
#[derive(Clone, Copy)]
enum Container<'s> {
    /// A block.
    Body(&'s Body),
    /// An object in JSON.
    Object(&'s [(Expr, Expr)]),
}

/// Returns the arguments at the path of a property, in the order of the file.
///
/// `path` is the path of the resource. A block that is repeated may also be a `dynamic` one.
pub(super) fn arguments<'s>(body: &'s Body, property: &Property, path: &NodePath) -> Vec<Argument<'s>> {
    arguments_in(body, property, path, Container::has)
}

/// Returns the arguments in blocks that may be those of a property: what says so is not literal.
pub(super) fn possible_arguments<'s>(body: &'s Body, property: &Property, path: &NodePath) -> Vec<Argument<'s>> {
    arguments_in(body, property, path, |container, wanted| {
        container.may_have(wanted) && !container.has(wanted)
    })
}

fn arguments_in<'s>(
    body: &'s Body,
    property: &Property,
    path: &NodePath,
    is_wanted: fn(Container<'s>, &str) -> bool,
) -> Vec<Argument<'s>> {
    let mut containers = vec![(Container::Body(body), path.clone())];
    let segments: Vec<_> = segments(property.path);
    let Some((last, around)) = segments.split_last() else {
        return Vec::new();
    };
    for segment in around {
        containers = containers
            .iter()
            .flat_map(|(container, path)| inside(*container, segment, path, is_wanted))
            .collect();
    }
    let found = containers.into_iter().filter_map(|(container, path)| {
        Some(Argument {
            value: container.argument(last.key)?,
            path: path.key(last.key),
        })
    });
    found.collect()
}

/// A segment of a property's path.
struct Segment<'p> {
    key: &'p str,
    /// The arguments that a block must have, as `key=value` with commas.
    wanted: &'p str,
}

fn segments(path: &str) -> Vec<Segment<'_>> {
    let segments = path.split('.').filter(|segment| *segment != "*");
    segments
        .map(|segment| {
            let (key, rest) = segment.split_once('[').unwrap_or((segment, ""));
            Segment {
                key,
                wanted: rest.trim_end_matches(']'),
            }
        })
        .collect()
}

/// Returns the containers below a key that have the wanted arguments.
fn inside<'s>(
    container: Container<'s>,
    segment: &Segment<'_>,
    path: &NodePath,
    is_wanted: fn(Container<'s>, &str) -> bool,
) -> Vec<(Container<'s>, NodePath)> {
    let path = path.key(segment.key);
    let children = container.children(segment.key);
    let is_only = children.len() == 1;
    let children = children.into_iter().enumerate();
    let wanted = children.filter(|(_, child)| segment.wanted.is_empty() || is_wanted(*child, segment.wanted));
    wanted
        .map(|(at, child)| (child, if is_only { path.clone() } else { path.index(at) }))
        .collect()
}

impl<'s> Container<'s> {
    fn argument(self, key: &str) -> Option<&'s Expr> {
        match self {
            Self::Body(body) => body.attribute(key).map(|attribute| &attribute.value),
            Self::Object(entries) => {
                let found = entries.iter().rfind(|(name, _)| name.text() == Some(key));
                found.map(|(_, value)| value)
            }
        }
    }

    /// Returns the blocks with this name, and the content of `dynamic` ones.
    fn children(self, key: &str) -> Vec<Container<'s>> {
        let mut children = Vec::new();
        if let Self::Body(body) = self {
            children.extend(body.blocks_of(key).map(|block| Self::Body(&block.body)));
            let dynamic = body.blocks_of("dynamic");
            let dynamic = dynamic.filter(|block| block.labels.iter().any(|label| label.text == key));
            let contents = dynamic.flat_map(|block| block.body.blocks_of("content"));
            children.extend(contents.map(|content| Self::Body(&content.body)));
        }
        let own = self.argument(key).into_iter().flat_map(objects);
        children.extend(own.map(Self::Object));
        if let Some(dynamic) = self.argument("dynamic") {
            let named = objects(dynamic)
                .into_iter()
                .flat_map(|entries| Self::Object(entries).argument(key));
            let contents = named
                .flat_map(objects)
                .filter_map(|entries| Self::Object(entries).argument("content"));
            children.extend(contents.flat_map(objects).map(Self::Object));
        }
        children
    }

    /// Returns whether all wanted arguments have their values, or values that are not literal.
    fn may_have(self, wanted: &str) -> bool {
        let mut pairs = wanted.split(',').filter_map(|pair| pair.split_once('='));
        pairs.all(|(key, value)| {
            let given = self.argument(key);
            given.is_some_and(|given| given.text().is_none_or(|text| text == value))
        })
    }

    /// Returns whether all wanted arguments have their values.
    fn has(self, wanted: &str) -> bool {
        let mut pairs = wanted.split(',').filter_map(|pair| pair.split_once('='));
        pairs.all(|(key, value)| self.argument(key).and_then(Expr::text) == Some(value))
    }
}

/// Returns the entries of an object, or of the objects in a list.
pub(super) fn objects(value: &Expr) -> Vec<&[(Expr, Expr)]> {
    let items = match &value.kind {
        ExprKind::List(items) => items.as_slice(),
        _ => std::slice::from_ref(value),
    };
    let objects = items.iter().filter_map(|item| match &item.kind {
        ExprKind::Object(entries) => Some(entries.as_slice()),
        _ => None,
    });
    objects.collect()
}
