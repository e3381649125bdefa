; What a part of the text is. Later patterns win over earlier ones.

(identifier) @variable
(type_identifier) @type
(member_name) @variable.member
(field_name) @property

(named_argument name: (field_name) @variable.parameter)
(call function: (identifier) @function.call)
(variant name: (identifier) @constructor)
(variant_type name: (identifier) @type)

; ---- Declarations ----

(instance kind: (identifier) @type)
(instance name: (identifier) @module)
(make kind: (identifier) @type)
(make name: (identifier) @module)
(env name: (identifier) @module)
(resource name: (identifier) @type.definition)
(pattern name: (identifier) @type.definition)
(type_declaration name: (type_identifier) @type.definition)
(dimension name: (type_identifier) @type.definition)
(rule subject: (identifier) @type)
(param name: (identifier) @constant)
(let name: (identifier) @constant)
(output name: (identifier) @constant)
(code) @label

[
  "param"
  "let"
  "type"
  "output"
  "dimension"
  "env"
  "check"
  "expect"
  "rule"
  "resource"
  "pattern"
  "make"
] @keyword

"import" @keyword.import

[
  "require"
  "allow"
  "because"
  "at"
  "also"
  "help"
  "mend"
  "on"
  "where"
] @keyword

(attribute) @keyword.modifier

[
  "if"
  "then"
  "else"
] @keyword.conditional

[
  "for"
  "all"
  "any"
] @keyword.repeat

[
  "and"
  "or"
  "not"
  "in"
] @keyword.operator

; ---- Values ----

(number) @number
(unit) @type.builtin
(address) @number
(boolean) @boolean
(none) @constant.builtin
(self) @variable.builtin
(char) @character

(text) @string
(block_text) @string
(escape) @string.escape
(interpolation ["${" "}"] @punctuation.special)
(interpolation (identifier) @variable)

[
  "="
  "??"
  "=="
  "!="
  "<="
  "<"
  ">="
  ">"
  "+"
  "-"
  "*"
  "/"
  ".."
  "|"
  "?"
] @operator

["{" "}" "[" "]" "(" ")"] @punctuation.bracket
["," ":" "."] @punctuation.delimiter
(type_arguments ["<" ">"] @punctuation.bracket)

; ---- Comments ----

(comment) @comment
(doc_comment) @comment.documentation
(file_doc) @comment.documentation
