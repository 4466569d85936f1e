//! The declarations of a module by their addresses.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::address::address_of;
use super::file::Content;
use super::iam::IamTypes;
use super::names::{Owner, Source, key_of_expression};
use super::overridden::Overridden;
use super::resolve::Locals;
use super::source::{Declared, DeclaredContent, ParsedModule};
use crate::hcl::{Attribute, Body, Expr, ExprKind, TemplatePart};
use crate::model::{ModelError, ResourceId};
use crate::text::{FileId, TextRange};

/// The declarations of a module, in the order of its files.
///
/// The index of a declaration is the ID of its resource in the model.
pub(super) struct Declarations<'s> {
    pub(super) module: &'s ParsedModule,
    all: IndexMap<&'s str, Declared<'s>>,
    /// The local values among them that no override file replaces.
    pub(super) locals: Locals<'s>,
    /// The arguments that override files replace.
    pub(super) overridden: Overridden<'s>,
    /// The first expression of `count` or `for_each` with the same tokens.
    repetitions: HashMap<String, &'s str>,
    /// The roles by the keys of their names, if these are expressions.
    roles_by_name: HashMap<String, Vec<&'s str>>,
}

impl<'s> Declarations<'s> {
    /// Collects the declarations of a module.
    ///
    /// # Errors
    ///
    /// If two roles or profiles have one address.
    pub(super) fn of(module: &'s ParsedModule) -> Result<Self, ModelError> {
        let mut all: IndexMap<&'s str, Declared<'s>> = IndexMap::new();
        for declared in module.declared() {
            if let Some(first) = all.get(declared.address) {
                check_unique(first, &declared)?;
            } else {
                all.insert(declared.address, declared);
            }
        }
        let mut repetitions = HashMap::new();
        for (tokens, text) in all.values().filter_map(|declared| repetition_of(declared, module)) {
            repetitions.entry(tokens).or_insert(text);
        }
        let overridden = Overridden::of(module);
        let mut declarations = Self {
            module,
            locals: locals(&all, &overridden),
            overridden,
            repetitions,
            roles_by_name: HashMap::new(),
            all,
        };
        declarations.roles_by_name = declarations.roles_by_name();
        Ok(declarations)
    }

    /// Iterates over the declarations.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Declared<'s>> {
        self.all.values()
    }

    /// Returns the declaration at an address.
    pub(super) fn get(&self, address: &str) -> Option<&Declared<'s>> {
        self.all.get(address)
    }

    /// Returns the resource at an address.
    pub(super) fn resource(&self, address: &str) -> Option<ResourceId> {
        self.all.get_index_of(address).map(ResourceId)
    }

    /// Returns the profile that a role's address means, if no role has it but a profile has its label.
    pub(super) fn meant_profile(&self, address: &str) -> Option<ResourceId> {
        let (resource_type, label) = address.split_once('.')?;
        let types = IamTypes::of_role(resource_type).filter(|_| self.get(address).is_none())?;
        self.resource(&format!("{}.{label}", types.profile))
    }

    /// Returns the resource whose instances are the keys of another resource: `for_each = aws_iam_role.web`.
    ///
    /// <https://developer.hashicorp.com/terraform/language/meta-arguments/for_each#chaining-for_each-between-resources>
    pub(super) fn chained(&self, declared: &Declared<'s>) -> Option<&Declared<'s>> {
        let mut keys = &declared.body()?.attribute("for_each")?.value;
        while let ExprKind::Template(parts) = &keys.kind {
            let [TemplatePart::Interpolation(only)] = parts.as_slice() else {
                return None;
            };
            keys = only;
        }
        let (address, skipped) = address_of(keys.traversal()?)?;
        let is_whole = keys.traversal()?.steps.len() == skipped;
        let target = self.get(&address).filter(|_| is_whole)?;
        let is_resource = matches!(target.content, DeclaredContent::Resource(..));
        (is_resource && target.body()?.attribute("for_each").is_some()).then_some(target)
    }

    /// Returns the expression of `count`, `for_each` or `enabled`, by which a resource may be absent.
    ///
    /// Expressions that differ only in their layout are one. A resource that has the keys of another one has its
    /// expression.
    pub(super) fn repetition(&self, declared: &Declared<'s>) -> Option<&'s str> {
        /// The limit of resources that have the keys of each other.
        const MAX_CHAIN: usize = 16;
        let chain = std::iter::successors(Some(declared), |declared| self.chained(declared));
        let (layout_free, text) = repetition_of(chain.take(MAX_CHAIN).last()?, self.module)?;
        Some(self.repetitions.get(&layout_free).copied().unwrap_or(text))
    }

    /// Returns the `provider` of a declaration, unless it is the default one.
    ///
    /// The default has the first word of the type as its name:
    /// <https://developer.hashicorp.com/terraform/language/meta-arguments/resource-provider>.
    pub(super) fn provider(&self, declared: &Declared<'s>) -> Option<String> {
        let name = self.provider_name(declared)?;
        (Some(name.as_str()) != default_provider(declared)).then_some(name)
    }

    /// Returns the name of the provider of a declaration, with its alias.
    pub(super) fn provider_name(&self, declared: &Declared<'_>) -> Option<String> {
        let block = match declared.content {
            DeclaredContent::Resource(_, block) | DeclaredContent::Data(_, block) => block,
            DeclaredContent::Call(_) | DeclaredContent::Local(_) => return None,
        };
        let Some(provider) = block.body.attribute("provider") else {
            return default_provider(declared).map(str::to_owned);
        };
        // In quotes, as in JSON, it means the same.
        let source = self.source(declared.file, provider.value.span);
        Some(source.trim_matches('"').to_owned())
    }

    /// Describes a declaration whose name is read.
    pub(super) fn owner<'r>(&'r self, declared: &Declared<'s>, source: Source<'r>) -> Owner<'r>
    where
        's: 'r,
    {
        Owner {
            address: declared.address,
            repetition: repetition_of(declared, self.module).map(|(layout_free, _)| layout_free),
            source,
        }
    }

    /// Returns the role whose name is the same expression, if only one has it.
    pub(super) fn role_with_name(&self, name: &Expr, user: &Declared<'s>) -> Option<&'s str> {
        let key = key_of_expression(name, &self.owner(user, &|span| self.source(user.file, span)));
        match self.roles_by_name.get(&key)?.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    fn roles_by_name(&self) -> HashMap<String, Vec<&'s str>> {
        let mut roles: HashMap<_, Vec<_>> = HashMap::new();
        for declared in self.all.values() {
            let types = self.role_types(declared);
            let name = types.and_then(|types| self.stated(declared, declared.body()?, types.role_name));
            if let Some(name) = name.filter(|name| name.value.text().is_none()) {
                let source = |span| self.source(declared.file, span);
                let key = key_of_expression(&name.value, &self.owner(declared, &source));
                roles.entry(key).or_default().push(declared.address);
            }
        }
        roles
    }

    /// Returns an argument of a declaration, from its body; `None` if an override file replaces it.
    pub(super) fn stated(&self, declared: &Declared<'s>, body: &'s Body, key: &str) -> Option<&'s Attribute> {
        let stated = body.attribute(key)?;
        (!self.overridden.has(declared.address, key)).then_some(stated)
    }

    /// Returns the content of a policy document; `None` if an override file changes it.
    pub(super) fn policy_document(&self, address: &str) -> Option<&'s Body> {
        let declared = self.get(address).filter(|_| !self.overridden.has_any_of(address))?;
        match declared.content {
            DeclaredContent::Data("aws_iam_policy_document", block) => Some(&block.body),
            _ => None,
        }
    }

    /// Returns the types of the provider, if a declaration is a role.
    pub(super) fn role_types(&self, declared: &Declared<'_>) -> Option<&'static IamTypes> {
        match declared.content {
            DeclaredContent::Resource(resource_type, _) => IamTypes::of_role(resource_type),
            _ => None,
        }
    }

    /// Returns the source of a range.
    pub(super) fn source(&self, file: FileId, span: TextRange) -> String {
        self.module
            .file(file)
            .map_or(String::new(), |file| span.slice(file.text()).to_owned())
    }
}

fn default_provider<'s>(declared: &Declared<'s>) -> Option<&'s str> {
    match declared.content {
        DeclaredContent::Resource(resource_type, _) | DeclaredContent::Data(resource_type, _) => {
            resource_type.split('_').next()
        }
        DeclaredContent::Call(_) | DeclaredContent::Local(_) => None,
    }
}

/// Returns the argument that says whether OpenTofu creates a resource:
/// <https://opentofu.org/docs/language/meta-arguments/enabled/>.
pub(super) fn enabled(body: &Body) -> Option<&Attribute> {
    body.blocks_of("lifecycle")
        .find_map(|lifecycle| lifecycle.body.attribute("enabled"))
}

/// Returns the expression of `count`, `for_each` or `enabled`: its tokens without layout, and its source.
fn repetition_of<'s>(declared: &Declared<'s>, module: &'s ParsedModule) -> Option<(String, &'s str)> {
    let body = match declared.content {
        DeclaredContent::Resource(_, block) | DeclaredContent::Data(_, block) => &block.body,
        DeclaredContent::Call(_) | DeclaredContent::Local(_) => return None,
    };
    let repeated = body.attribute("count").or_else(|| body.attribute("for_each"));
    let repeated = repeated.or_else(|| enabled(body))?;
    let file = module.file(declared.file)?;
    let text = repeated.value.span.slice(file.text());
    let tokens = match &file.content {
        Content::Hcl(hcl) => {
            let tokens = hcl.tokens_in(repeated.value.span).iter();
            let tokens = tokens.filter(|token| !token.kind.is_layout());
            tokens
                .map(|token| format!("{}\n", token.span.slice(file.text())))
                .collect()
        }
        _ => text.to_owned(),
    };
    Some((tokens, text))
}

/// Fails if two roles or profiles have one address; Terraform reports the others too.
fn check_unique(first: &Declared<'_>, second: &Declared<'_>) -> Result<(), ModelError> {
    match second.content {
        DeclaredContent::Resource(..) if IamTypes::at(second.address).is_some() => Err(ModelError::Duplicate {
            what: "resource",
            name: second.address.to_owned(),
            first: first.place(),
            second: second.place(),
        }),
        _ => Ok(()),
    }
}

/// Returns the local values that no override file replaces.
fn locals<'s>(all: &IndexMap<&'s str, Declared<'s>>, overridden: &Overridden<'s>) -> Locals<'s> {
    let kept = all.values().filter(|declared| !overridden.has_local(declared.address));
    let locals = kept.filter_map(|declared| match declared.content {
        DeclaredContent::Local(value) => Some((declared.address, (declared.file, value))),
        _ => None,
    });
    locals.collect()
}
