//! What the parts of the grammar are called in messages, and which words are reserved.

use crate::lower::Rule;

/// Says whether a word is reserved for values and can name no declaration.
pub fn is_reserved(word: &str) -> bool {
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

/// Returns what people call one of several parts of the grammar: `a`, `a or b`, `a, b or c`.
pub(crate) fn alternatives(rules: &[Rule]) -> String {
    let mut all: Vec<_> = worth_saying(rules).map(words).collect();
    all.sort_unstable();
    all.dedup();
    match all.split_last() {
        None => "something else".to_owned(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

/// Leaves out what may follow almost everywhere, when something more telling could stand there.
fn worth_saying(rules: &[Rule]) -> impl Iterator<Item = Rule> {
    let telling = rules.iter().map(|&rule| weight(rule)).max();
    rules.iter().copied().filter(move |&rule| Some(weight(rule)) == telling)
}

/// How much it says that a part of the grammar could stand somewhere.
fn weight(rule: Rule) -> u8 {
    if matches!(rule, Rule::docs | Rule::docs_line | Rule::file_docs | Rule::file_docs_line)
        || matches!(rule, Rule::type_arguments | Rule::type_range | Rule::record_type | Rule::optional)
        || matches!(
            rule,
            Rule::member | Rule::index | Rule::arguments | Rule::range_operator | Rule::operator
        )
        || matches!(rule, Rule::each | Rule::bare_loop | Rule::condition | Rule::bare_condition)
        || matches!(
            rule,
            Rule::otherwise | Rule::else_word | Rule::at | Rule::also | Rule::help | Rule::mend | Rule::label
        )
        || matches!(rule, Rule::where_block | Rule::attribute | Rule::attribute_word)
    {
        return 0;
    }
    let less =
        matches!(rule, Rule::equals | Rule::colon | Rule::brace_close | Rule::refinement | Rule::plain_text)
            || matches!(rule, Rule::prefix | Rule::quantifier | Rule::quantified | Rule::bare_quantified)
            || matches!(rule, Rule::conditional | Rule::bare_conditional | Rule::if_word | Rule::for_word)
            || matches!(rule, Rule::fields | Rule::comprehension);
    if less { 1 } else { 2 }
}

/// Returns what people call a part of the grammar.
fn words(rule: Rule) -> &'static str {
    match rule {
        Rule::EOI => "the end of the declaration",
        Rule::piece | Rule::declaration | Rule::instance | Rule::keyword => "a declaration",
        Rule::fragment | Rule::item | Rule::clause => "a field or a clause",
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
        Rule::mend => "`mend`",
        Rule::label => "a label in quotes",
        Rule::type_expr | Rule::named_type | Rule::words | Rule::variant_type | Rule::record_type => "a type",
        Rule::type_arguments => "`<`",
        Rule::type_range | Rule::arguments | Rule::parenthesized => "`(`",
        Rule::optional => "`?`",
        Rule::expr | Rule::bare_expr | Rule::operand | Rule::bare_operand | Rule::atom | Rule::place => {
            "a value"
        }
        Rule::reference | Rule::prefix | Rule::number | Rule::unit | Rule::char => "a value",
        Rule::quantified | Rule::bare_quantified | Rule::quantifier => "a value",
        Rule::conditional | Rule::bare_conditional | Rule::fields | Rule::list => "a value",
        Rule::named_argument => "an argument",
        Rule::continuation | Rule::bare_continuation | Rule::continues | Rule::operator => "an operator",
        Rule::member => "`.`",
        Rule::index => "`[`",
        Rule::argument_end => "a comma",
        Rule::range_operator => "`..`",
        Rule::plain_text => "a text",
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
        Rule::quantifies => "a value",
        Rule::range_end => "the end of the range",
        Rule::name_char
        | Rule::clause_end
        | Rule::gap
        | Rule::blank
        | Rule::spaces
        | Rule::comment
        | Rule::rest_of_line => "a blank",
    }
}

/// Says whether a word is spelled as names are.
pub fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Returns a word as a name is spelled, if that is one.
pub(crate) fn mended_name(word: &str) -> Option<String> {
    let mended = snake_case(word);
    (is_name(&mended) && !is_reserved(&mended)).then_some(mended)
}

fn snake_case(word: &str) -> String {
    let mut mended = String::new();
    for char in word.trim_start_matches('_').chars() {
        if char.is_ascii_uppercase() && !mended.is_empty() && !mended.ends_with('_') {
            mended.push('_');
        }
        mended.push(char.to_ascii_lowercase());
    }
    mended
}
