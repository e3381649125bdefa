//! What the parts of the grammar are called in messages, and which words are reserved.

use crate::lower::Rule;

/// Says whether a word is reserved for values and can name no declaration.
pub(crate) fn is_reserved(word: &str) -> bool {
    matches!(
        word,
        "true"
            | "false"
            | "none"
            | "and"
            | "or"
            | "not"
            | "in"
            | "for"
            | "if"
            | "then"
            | "else"
            | "all"
            | "any"
            | "self"
    )
}

/// Returns what people call a part of the grammar.
pub(crate) fn words(rule: Rule) -> &'static str {
    match rule {
        Rule::EOI => "the end of the declaration",
        Rule::piece | Rule::declaration | Rule::instance | Rule::keyword => "a declaration",
        Rule::fragment | Rule::item => "a field or a clause",
        Rule::file_docs | Rule::file_docs_line => "`//!` lines",
        Rule::docs | Rule::docs_line => "`///` lines",
        Rule::import => "an `import`",
        Rule::param => "a `param`",
        Rule::let_binding => "a `let`",
        Rule::type_declaration => "a `type`",
        Rule::output => "an `output`",
        Rule::dimension => "a `dimension`",
        Rule::env => "an `env`",
        Rule::check => "a `check`",
        Rule::expect => "an `expect`",
        Rule::rule_declaration => "a `rule`",
        Rule::resource => "a `resource`",
        Rule::pattern => "a `pattern`",
        Rule::where_block => "`where`",
        Rule::refinement => "a line `\"label\" = predicate`",
        Rule::body | Rule::brace_open => "`{`",
        Rule::field_end => "a comma or a new line",
        Rule::field => "a field",
        Rule::schema_field => "a field with its type",
        Rule::attribute | Rule::attribute_word => "a word such as `fixed`",
        Rule::make => "`make`",
        Rule::allow => "`allow`",
        Rule::require => "`require`",
        Rule::each | Rule::bare_loop | Rule::for_word | Rule::comprehension => "`for`",
        Rule::condition | Rule::bare_condition | Rule::if_word => "`if`",
        Rule::otherwise | Rule::else_word => "`else`",
        Rule::at => "`at`",
        Rule::also => "`also`",
        Rule::help => "`help`",
        Rule::label => "a label in quotes",
        Rule::type_expr | Rule::named_type | Rule::words | Rule::variant_type | Rule::record_type => "a type",
        Rule::type_arguments => "`<`",
        Rule::type_range | Rule::arguments | Rule::parenthesized => "`(`",
        Rule::optional => "`?`",
        Rule::expr | Rule::bare_expr | Rule::operand | Rule::bare_operand | Rule::atom | Rule::place => {
            "a value"
        }
        Rule::continuation | Rule::bare_continuation | Rule::continues | Rule::operator => "an operator",
        Rule::member => "`.`",
        Rule::index | Rule::list => "`[`",
        Rule::fields => "fields in `{ }`",
        Rule::argument_end => "a comma",
        Rule::range_operator => "`..`",
        Rule::prefix => "`not`",
        Rule::reference => "a name",
        Rule::quantified | Rule::bare_quantified | Rule::quantifier => "`all` or `any`",
        Rule::conditional | Rule::bare_conditional => "`if`",
        Rule::number | Rule::unit => "a number",
        Rule::char => "a character in quotes",
        Rule::plain_text => "a text without `${…}`",
        Rule::text | Rule::text_literal | Rule::text_char | Rule::block_text => "a text",
        Rule::interpolation => "`${`",
        Rule::escape => "an escape",
        Rule::word => "a name",
        Rule::field_name => "a field's name",
        Rule::type_name => "a type's name",
        Rule::code => "a code such as `team::rule`",
        Rule::in_word => "`in`",
        Rule::then_word => "`then`",
        Rule::on_word => "`on`",
        Rule::because_word => "`because`",
        Rule::equals => "`=`",
        Rule::colon => "`:`",
        Rule::brace_close => "`}`",
        Rule::bracket_close => "`]`",
        Rule::paren_close => "`)`",
        Rule::angle_close => "`>`",
        Rule::quote_close => "`\"`",
        Rule::name_char
        | Rule::clause_end
        | Rule::gap
        | Rule::ws
        | Rule::blank
        | Rule::spaces
        | Rule::comment
        | Rule::rest_of_line => "a blank",
    }
}
