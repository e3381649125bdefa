// The grammar of rsx for editors: what grammar/rsx.pest reads, and a little more, since it judges nothing.
//
// A newline ends no field here; what does is the name of the next one. A word is the name of a field where `=` or `:`
// stands behind it, whatever the word is otherwise: src/scanner.c looks ahead for that, as clause_end does in rsx.pest.

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

const PREC = {
  far: -1,
  otherwise: 1,
  or: 2,
  and: 3,
  not: 4,
  compare: 5,
  range: 6,
  add: 7,
  multiply: 8,
  minus: 9,
  behind: 10,
};

module.exports = grammar({
  name: 'rsx',

  word: $ => $.identifier,

  extras: $ => [/[ \t\r\n\uFEFF]/, $.comment, $.doc_comment, $.file_doc],

  externals: $ => [
    $.field_name,
    $._range,
    $._open_range,
    $._error_sentinel,
  ],

  supertypes: $ => [$._declaration, $._item, $._expression, $._type],

  // `make k n for x in xs {`: the brace belongs to the body, which only its end tells.
  conflicts: $ => [[$._expression, $.variant]],

  rules: {
    source_file: $ => repeat($._declaration),

    // ---- Declarations ----

    _declaration: $ => choice(
      $.instance,
      $.import,
      $.param,
      $.let,
      $.type_declaration,
      $.output,
      $.dimension,
      $.env,
      $.check,
      $.expect,
      $.rule,
      $.resource,
      $.pattern,
    ),

    instance: $ => seq(field('kind', $.identifier), field('name', $.identifier), field('body', $.body)),
    import: $ => seq('import', field('path', $.text)),
    param: $ => seq('param', field('name', $.identifier), ':', field('type', $._type), optional(default_value($))),
    let: $ => seq('let', field('name', $.identifier), optional(typed($)), '=', field('value', $._expression)),
    type_declaration: $ => seq(
      'type', field('name', $.type_identifier), '=', field('type', $._type), optional($.where),
    ),
    output: $ => seq('output', field('name', $.identifier), optional(typed($)), '=', field('value', $._expression)),
    dimension: $ => seq('dimension', field('name', $.type_identifier), field('body', $.body)),
    env: $ => seq('env', field('name', $.identifier), field('body', $.body)),
    check: $ => seq('check', field('name', choice($.text, $.identifier)), field('body', $.body)),
    expect: $ => seq('expect', field('name', choice($.text, $.identifier)), field('body', $.body)),
    rule: $ => seq(
      'rule', field('code', $.code), 'on', field('subject', choice($.identifier, $.type_identifier)),
      field('body', $.body),
    ),
    resource: $ => seq('resource', field('name', $.identifier), field('body', $.body)),
    pattern: $ => seq('pattern', field('name', $.identifier), field('body', $.body)),

    where: $ => seq('where', '{', repeat(seq($.refinement, optional(','))), '}'),
    refinement: $ => seq(field('label', $.text), '=', field('value', $._expression)),

    // ---- Bodies ----

    body: $ => seq('{', repeat(seq($._item, optional(','))), '}'),

    _item: $ => choice($.field, $.schema_field, $.let, $.make, $.require, $.allow),

    field: $ => seq(field('name', $.field_name), '=', field('value', $._expression)),
    schema_field: $ => seq(
      repeat($.attribute), field('name', $.field_name), ':', field('type', $._type), optional(default_value($)),
    ),
    attribute: _ => choice('fixed', 'computed', 'found', 'bare', 'disruptive', 'through', 'internal'),

    make: $ => seq(
      'make', field('kind', $.identifier), field('name', $.identifier),
      optional($.for_clause), optional($.if_clause), field('body', $.body),
    ),
    allow: $ => seq('allow', field('code', $.code), 'because', field('reason', $.text)),
    require: $ => seq(
      'require', field('condition', $._expression),
      optional($.for_clause), optional($.if_clause), optional($.else_clause),
      optional($.at_clause), repeat($.also_clause), optional($.help_clause), optional($.mend_clause),
    ),

    for_clause: $ => seq('for', field('variable', $.identifier), 'in', field('list', $._expression)),
    if_clause: $ => seq('if', field('condition', $._expression)),
    else_clause: $ => seq('else', field('message', $._expression)),
    at_clause: $ => seq('at', place($)),
    also_clause: $ => seq('also', place($)),
    help_clause: $ => seq('help', field('text', $._expression)),
    mend_clause: $ => seq('mend', field('texts', $._expression)),

    // ---- Types ----

    _type: $ => choice($.optional_type, $.named_type, $.variants, $.record_type),

    optional_type: $ => seq(choice($.named_type, $.variants, $.record_type), '?'),
    named_type: $ => seq(
      field('name', $.type_identifier), optional($.type_arguments), optional($.type_range),
    ),
    type_arguments: $ => seq('<', $._type, repeat(seq(',', $._type)), optional(','), '>'),
    type_range: $ => seq('(', $._expression, ')'),
    variants: $ => prec.right(seq($.variant_type, repeat(seq('|', $.variant_type)))),
    variant_type: $ => prec.right(seq(field('name', $.identifier), optional($.record_type))),
    record_type: $ => seq('{', repeat(seq($.schema_field, optional(','))), '}'),

    // ---- Expressions ----

    _expression: $ => choice(
      $.binary,
      $.unary,
      $.range,
      $.member,
      $.index,
      $.call,
      $.variant,
      $.conditional,
      $.quantified,
      $.parenthesized,
      $.list,
      $.comprehension,
      $.record,
      $.text,
      $.block_text,
      $.char,
      $.number,
      $.quantity,
      $.address,
      $.boolean,
      $.none,
      $.self,
      $.identifier,
      $.type_identifier,
    ),

    binary: $ => choice(...[
      ['??', PREC.otherwise],
      ['or', PREC.or],
      ['and', PREC.and],
      ['==', PREC.compare],
      ['!=', PREC.compare],
      ['<=', PREC.compare],
      ['<', PREC.compare],
      ['>=', PREC.compare],
      ['>', PREC.compare],
      ['in', PREC.compare],
      ['+', PREC.add],
      ['-', PREC.add],
      ['*', PREC.multiply],
      ['/', PREC.multiply],
    ].map(([operator, precedence]) => prec.left(Number(precedence), seq(
      field('left', $._expression), field('operator', String(operator)), field('right', $._expression),
    )))),

    unary: $ => choice(
      prec(PREC.not, seq('not', field('operand', $._expression))),
      prec(PREC.minus, seq('-', field('operand', $._expression))),
    ),

    range: $ => prec.left(PREC.range, seq(
      field('from', $._expression),
      choice(
        seq(alias($._range, '..'), field('to', $._expression)),
        alias($._open_range, '..'),
      ),
    )),

    member: $ => prec(PREC.behind, seq(
      field('object', $._expression), '.',
      field('name', choice(alias($.identifier, $.member_name), alias($.type_identifier, $.member_name))),
    )),
    index: $ => prec(PREC.behind, seq(
      field('object', $._expression), '[', field('index', $._expression), ']',
    )),
    call: $ => prec(PREC.behind, seq(field('function', $.identifier), field('arguments', $.arguments))),
    arguments: $ => seq('(', separated(choice($.named_argument, $._expression)), ')'),
    named_argument: $ => seq(field('name', $.field_name), '=', field('value', $._expression)),
    variant: $ => seq(field('name', $.identifier), field('fields', $.record)),

    conditional: $ => prec.right(PREC.far, seq(
      'if', field('condition', $._expression),
      'then', field('then', $._expression),
      'else', field('else', $._expression),
    )),
    quantified: $ => prec.right(PREC.far, seq(
      field('quantifier', choice('all', 'any')), field('variable', $.identifier),
      'in', field('list', $._expression), ':', field('condition', $._expression),
    )),

    parenthesized: $ => seq('(', $._expression, ')'),
    list: $ => seq('[', separated($._expression), ']'),
    comprehension: $ => seq(
      '[', $.for_clause, optional($.if_clause), ':', field('value', $._expression), ']',
    ),
    record: $ => seq('{', repeat(seq($.field, optional(','))), '}'),

    // ---- Literals ----

    boolean: _ => choice('true', 'false'),
    none: _ => 'none',
    self: _ => 'self',

    number: _ => /[0-9]+(\.[0-9]+)?/,
    quantity: $ => seq($.number, $.unit),
    unit: _ => token.immediate(prec(1, /%|[A-Za-z][A-Za-z0-9_]*/)),
    address: _ => /[0-9]+\.[0-9]+\.[0-9]+(\.[0-9]+)*(\/[0-9]+)?/,
    char: _ => /'(\\(u\{[0-9A-Fa-f]*\}|[^\r\n])|[^'\\\r\n])'/,

    text: $ => seq(
      '"',
      repeat(choice(
        $.text_content,
        alias(token.immediate('$'), $.text_content),
        $.escape,
        $.interpolation,
      )),
      token.immediate('"'),
    ),
    text_content: _ => token.immediate(prec(1, /([^"\\$\r\n]|\$[^"\\${\r\n])+/)),
    escape: _ => token.immediate(/\\(u\{[0-9A-Fa-f]*\}|[^\r\n])/),
    interpolation: $ => seq(alias(token.immediate('${'), '${'), $._expression, '}'),

    block_text: $ => seq('"""', optional($.block_content), token.immediate('"""')),
    block_content: _ => token.immediate(prec(1, /([^"]|"[^"]|""[^"])+/)),

    // ---- Words ----

    identifier: _ => /[a-z_][A-Za-z0-9_]*/,
    type_identifier: _ => /[A-Z][A-Za-z0-9_]*/,
    code: _ => /[a-z][A-Za-z0-9_]*(::[a-z][A-Za-z0-9_]*)+/,

    // ---- Comments ----

    comment: _ => token(choice(/\/\/([^\/!\r\n][^\r\n]*)?/, /\/\/\/\/[^\r\n]*/)),
    doc_comment: _ => /\/\/\/([^\/\r\n][^\r\n]*)?/,
    file_doc: _ => /\/\/![^\r\n]*/,
  },
});

/** `: Type` */
function typed($) {
  return seq(':', field('type', $._type));
}

/** `= value` behind a type. */
function default_value($) {
  return seq('=', field('default', $._expression));
}

/** A value whose place is meant, and the words of its label. */
function place($) {
  return seq(field('place', $._expression), optional(field('label', $.text)));
}

/** Elements with commas between them, and one behind the last if it likes. */
function separated(rule) {
  return optional(seq(rule, repeat(seq(',', rule)), optional(',')));
}
