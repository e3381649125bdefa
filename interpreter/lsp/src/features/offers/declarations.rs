//! Declarations, types, codes and files that can be written.

use rsx_lang::load::{beside, normal};
use rsx_lang::pages;
use rsx_lang::program::Strength;
use rsx_syntax::FileId;
use rsx_syntax::ast::{DeclarationKind, ExprKind, ItemKind};
use smol_str::SmolStr;

use super::{item, keywords, plain};
use crate::features::completion::{Item, MARK, Sort};
use crate::features::docs::written_above;
use crate::features::schema::{self, KindField};
use crate::features::{definition, placeholder};
use crate::snapshot::Snapshot;

/// Returns kinds with what they must have, and the other forms of declarations.
pub(super) fn all(snapshot: &Snapshot) -> Vec<Item> {
    kinds(snapshot).chain(keywords(&FORMS)).collect()
}

/// Forms of declarations besides kinds.
const FORMS: [(&str, &str); 10] = [
    ("param", "param ${1:name}: ${2:Int} = ${3:1}"),
    ("let", "let ${1:name} = ${2:1}"),
    ("output", "output ${1:name} = ${2:1}"),
    ("env", "env ${1:dev} {\n  $0\n}"),
    ("import", "import \"${1:network.rsx}\""),
    ("type", "type ${1:Name} = Text where {\n  \"${2:1 to 8 characters}\" = ${3:length(self) in 1..8}\n}"),
    ("check", "check \"${1:what must hold}\" {\n  require ${2:true}\n}"),
    ("expect", "expect \"${1:what must hold after a run}\" {\n  require ${2:true}\n}"),
    ("pattern", "pattern ${1:name} {\n  $0\n}"),
    ("rule", "rule ${1:house::code} on ${2:stack} {\n  require ${3:true}\n  else \"${4:what is wrong}\"\n}"),
];

/// Patterns of the library and of the user, each with what it must have.
fn kinds(snapshot: &Snapshot) -> impl Iterator<Item = Item> {
    let declared = snapshot.analysis().program.kinds.keys().chain(snapshot.library.kinds());
    let mut names: Vec<&SmolStr> = declared.filter(|name| *name != MARK).collect();
    names.sort_unstable();
    names.dedup();
    let has_stack = snapshot.analysis().program.stack.is_some();
    names.into_iter().filter_map(move |name| {
        let at = definition::kind(snapshot, name)?;
        let declaration = snapshot.tree(at.piece)?.declaration.as_ref()?;
        // Objects are made by patterns.
        let DeclarationKind::Pattern(_) = &declaration.kind else { return None };
        let is_stack = name == "stack";
        if is_stack && has_stack {
            return None;
        }
        let docs = declaration.docs.as_ref().map(|docs| docs.node.trim().to_owned());
        // What no example shows is a part of what others show.
        let rank = if is_stack { 0 } else { 1 + 5 * u8::from(!placeholder::has_example(name)) };
        Some(Item { docs, ..item(name, Sort::Kind, "kind", kind_snippet(snapshot, name), rank) })
    })
}

fn kind_snippet(snapshot: &Snapshot, kind: &str) -> String {
    let is_wanted = |field: &KindField| field.is_required || placeholder::is_usual(kind, &field.name);
    let fields: Vec<KindField> = schema::fields(snapshot, kind).into_iter().filter(is_wanted).collect();
    let width = fields.iter().map(|field| field.name.len()).max().unwrap_or(0);
    let lines = fields.iter().enumerate().map(|(number, field)| {
        let value = placeholder::of_field(snapshot, kind, field);
        format!("\n  {:width$} = ${{{}:{}}}", field.name, number + 2, plain(&value))
    });
    format!("{kind} ${{1:name}} {{{}\n}}", lines.collect::<String>())
}

/// The types of the language that no declaration names.
const BUILT_IN: [&str; 13] = [
    "Bool", "Int", "Number", "Text", "Char", "Percent", "Cidr", "Ip", "Range", "List", "Map", "Secret", "Per",
];

pub(super) fn types(snapshot: &Snapshot) -> Vec<Item> {
    let built_in = BUILT_IN.iter().map(|name| {
        let takes = matches!(*name, "Range" | "List" | "Map" | "Secret");
        let snippet = if takes { format!("{name}<${{1:Text}}>") } else { (*name).to_owned() };
        item(name, Sort::Type, "", snippet, 0)
    });
    let users = snapshot.trees().values().filter_map(|tree| {
        if let DeclarationKind::Type(of) = &tree.declaration.as_ref()?.kind {
            Some(item(&of.name.node, Sort::Type, "", of.name.node.to_string(), 1))
        } else {
            None
        }
    });
    let dimensions = snapshot.library.dimensions().iter().filter_map(|piece| {
        let DeclarationKind::Dimension(of) = &snapshot.tree(*piece)?.declaration.as_ref()?.kind else {
            return None;
        };
        Some(item(&of.name.node, Sort::Type, "", of.name.node.to_string(), 1))
    });
    let library = snapshot.library.types().filter_map(|name| {
        let docs =
            written_above(snapshot, snapshot.library.ty(name).and_then(|piece| head_name(snapshot, piece))?);
        Some(Item { docs, ..item(name, Sort::Type, "", name.to_string(), 2) })
    });
    built_in
        .chain(users)
        .chain(dimensions)
        .chain(library)
        .chain(kinds(snapshot).map(|kind| Item { snippet: kind.label.clone(), rank: 3, ..kind }))
        .collect()
}

fn head_name(snapshot: &Snapshot, piece: rsx_syntax::PieceId) -> Option<rsx_syntax::Span> {
    if let DeclarationKind::Type(of) = &snapshot.tree(piece)?.declaration.as_ref()?.kind {
        Some(of.name.span)
    } else {
        None
    }
}

/// The codes that somebody may silence; those that something in the program reports come first.
pub(super) fn codes(snapshot: &Snapshot) -> Vec<Item> {
    let reported = |code: &str| snapshot.analysis().diagnostics.iter().any(|one| one.code.as_str() == code);
    let mut items: Vec<Item> = silenced(snapshot)
        .into_iter()
        .map(|code| {
            let docs = pages::page(code).map(str::to_owned);
            let snippet = format!("{code} because \"${{1:reason}}\"");
            Item { docs, ..item(code, Sort::Code, "", snippet, u8::from(!reported(code))) }
        })
        .collect();
    items.sort_by_key(|item| item.rank);
    items
}

/// `allow CODE because "…"`, with a code that somebody may silence.
pub(super) fn allowance(snapshot: &Snapshot) -> Item {
    let code = codes(snapshot).into_iter().next().map_or_else(String::new, |code| code.label);
    item("allow", Sort::Keyword, "", format!("allow ${{1:{code}}} because \"${{2:reason}}\""), 5)
}

/// The codes of rules that are no laws, in their order.
fn silenced(snapshot: &Snapshot) -> Vec<&str> {
    let of_library = snapshot.library.all_rules().filter_map(|piece| snapshot.tree(piece));
    let trees = of_library.chain(snapshot.trees().values().map(|tree| &**tree));
    let mut all: Vec<&str> = trees
        .filter_map(|tree| {
            let DeclarationKind::Rule(rule) = &tree.declaration.as_ref()?.kind else { return None };
            let strength = rule.body.fields().find(|field| field.name.node == Strength::FIELD);
            let is_law = strength.is_some_and(
                |of| matches!(&of.value.kind, ExprKind::Name(word) if Strength::named(word) == Strength::Law),
            );
            // A rule on a type is there for its page alone: what breaks a type is no value of it.
            let has_require = rule.body.items.iter().any(|item| matches!(item.kind, ItemKind::Require(_)));
            (has_require && !is_law).then(|| rule.code.node.as_str())
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Files that a file may import: those of its program, and other specs; those that it does not yet come first.
pub(crate) fn files(snapshot: &Snapshot, specs: &[String], file: FileId, is_closed: bool) -> Vec<Item> {
    let sources = snapshot.sources();
    let own = normal(sources.name(file));
    let folder: Vec<&str> = own.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev().collect();
    let imported: Vec<String> = snapshot
        .declarations(file)
        .filter_map(|of| if let DeclarationKind::Import(path) = &of.kind { Some(path) } else { None })
        .map(|path| normal(&beside(&own, &path.node)))
        .collect();
    let of_program = snapshot.user_files().map(|file| normal(sources.name(file)));
    let mut others: Vec<String> = of_program.chain(specs.iter().map(|path| normal(path))).collect();
    others.retain(|path| *path != own);
    let relative = others.iter().map(|path| (imported.contains(path), from(&folder, path)));
    let mut relative: Vec<(bool, String)> = relative.collect();
    // Of those, what is near.
    relative.sort_by_key(|(is_imported, path)| (*is_imported, path.matches('/').count(), path.clone()));
    relative.dedup();
    let end = if is_closed { "" } else { "\"" };
    let one = |(is_imported, path): &(bool, String)| {
        item(path, Sort::File, "", plain(path) + end, u8::from(*is_imported))
    };
    relative.iter().map(one).collect()
}

/// The way from a folder to a path.
fn from(folder: &[&str], path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    let same = folder.iter().zip(&parts).take_while(|(one, other)| one == other).count();
    let up = "../".repeat(folder.len() - same);
    up + &parts.get(same..).unwrap_or_default().join("/")
}
