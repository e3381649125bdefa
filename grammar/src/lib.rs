//! Text to syntax tree: the grammar, spans and diagnostics of rsx.
