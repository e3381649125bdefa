; In Zed's words, made of `tree-sitter-rsx/queries/highlights.scm`.
; What a part of the text is. Later patterns win over earlier ones.

(identifier) @variable
(type_identifier) @type
(member_name) @property
(field_name) @property

(named_argument name: (field_name) @property)
(call function: (identifier) @function)
(variant name: (identifier) @constructor)
(variant_type name: (identifier) @type)

; ---- Declarations ----

(instance kind: (identifier) @type)
(instance name: (identifier) @title)
(make kind: (identifier) @type)
(make name: (identifier) @title)
(env name: (identifier) @title)
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

"import" @keyword

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

(attribute) @keyword

[
  "if"
  "then"
  "else"
] @keyword

[
  "for"
  "all"
  "any"
] @keyword

[
  "and"
  "or"
  "not"
  "in"
] @keyword

; ---- Values ----

(number) @number
(unit) @type
(address) @number
(boolean) @boolean
(none) @constant
(self) @variable.special
(char) @string

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
(doc_comment) @comment.doc
(file_doc) @comment.doc
