; In Helix's words, made of `tree-sitter-rsx/queries/highlights.scm`.
; What a part of the text is. Later patterns win over earlier ones.

(identifier) @variable
(type_identifier) @type
(member_name) @variable.other.member
(field_name) @variable.other.member

(named_argument name: (field_name) @variable.parameter)
(call function: (identifier) @function)
(variant name: (identifier) @constructor)
(variant_type name: (identifier) @type)

; ---- Declarations ----

(instance kind: (identifier) @type)
(instance name: (identifier) @namespace)
(make kind: (identifier) @type)
(make name: (identifier) @namespace)
(env name: (identifier) @namespace)
(resource name: (identifier) @type)
(pattern name: (identifier) @type)
(type_declaration name: (type_identifier) @type)
(dimension name: (type_identifier) @type)
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

"import" @keyword.control.import

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

(attribute) @keyword.storage.modifier

[
  "if"
  "then"
  "else"
] @keyword.control.conditional

[
  "for"
  "all"
  "any"
] @keyword.control.repeat

[
  "and"
  "or"
  "not"
  "in"
] @keyword.operator

; ---- Values ----

(number) @constant.numeric
(unit) @type.builtin
(address) @constant.numeric
(boolean) @constant.builtin.boolean
(none) @constant.builtin
(self) @variable.builtin
(char) @constant.character

(text) @string
(block_text) @string
(escape) @constant.character.escape
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

(comment) @comment.line
(doc_comment) @comment.line.documentation
(file_doc) @comment.line.documentation
