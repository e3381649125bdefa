; What the outline lists.

(instance kind: (identifier) @context name: (identifier) @name) @item
(param "param" @context name: (identifier) @name) @item
(let "let" @context name: (identifier) @name) @item
(output "output" @context name: (identifier) @name) @item
(type_declaration "type" @context name: (type_identifier) @name) @item
(env "env" @context name: (identifier) @name) @item
(check "check" @context name: (_) @name) @item
(expect "expect" @context name: (_) @name) @item
(rule "rule" @context code: (code) @name) @item
(resource "resource" @context name: (identifier) @name) @item
(pattern "pattern" @context name: (identifier) @name) @item
(make kind: (identifier) @context name: (identifier) @name) @item
