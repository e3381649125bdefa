//! `dimension` declarations → base dimensions and their units.

use num_traits::Signed;
use rsx_syntax::Span;
use rsx_syntax::ast::{Block, DeclarationKind, ExprKind, Fraction, ItemKind};
use smol_str::SmolStr;

use super::Binder;
use crate::dimension::{BASES, Base, Unit};
use crate::load::Loaded;
use crate::problems::shapes::Problem as ShapeProblem;

impl<'a> Binder<'a> {
    /// Reads the library's dimensions, then the user's.
    pub(super) fn dimensions(&mut self, loaded: &'a Loaded) {
        let library = self.library;
        let own = library.dimensions().iter().filter_map(|&piece| library.tree(piece));
        for tree in own.chain(loaded.trees.values()) {
            if let Some(DeclarationKind::Dimension(block)) =
                tree.declaration.as_ref().map(|declaration| &declaration.kind)
            {
                self.dimension(block);
            }
        }
    }

    fn dimension(&mut self, block: &Block) {
        let at = block.name.span;
        if let Some((_, first)) = self.names.dimensions.get_key_value(&block.name.node) {
            let first = *first;
            return self.declared_again(&block.name.node, at, first);
        }
        let base = match u8::try_from(self.units.bases.len()) {
            Ok(base) if usize::from(base) < BASES => Base(base),
            _ => return self.report(ShapeProblem::TooManyDimensions { at }.diagnostic()),
        };
        self.units.bases.push(block.name.node.clone());
        self.names.dimensions.insert(block.name.node.clone(), at);
        for item in &block.body.items {
            let ItemKind::Field(field) = &item.kind else {
                self.misplaced(item, "a dimension holds its units: `unit = how_many_of_the_first`");
                continue;
            };
            if let ExprKind::Number { value, unit: None } = &field.value.kind
                && value.is_positive()
            {
                self.unit(&field.name.node, field.name.span, base, *value);
            } else {
                let at = field.value.span;
                self.report(ShapeProblem::NotLiteral { needed: "a number above 0", at }.diagnostic());
            }
        }
    }

    fn unit(&mut self, name: &SmolStr, at: Span, base: Base, factor: Fraction) {
        if let Some(first) = self.names.units.get(name) {
            let first = *first;
            return self.declared_again(name, at, first);
        }
        self.names.units.insert(name.clone(), at);
        self.units.units.insert(name.clone(), Unit { base, factor });
    }
}
