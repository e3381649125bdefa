; In Zed's words, made of `tree-sitter-rsx/queries/injections.scm`.
; SQL: in the fields of a step that hold it, and in what is asked of a database.

((field
  name: (field_name) @_name
  value: (block_text (block_content) @injection.content))
  (#any-of? @_name "sql" "undo")
  (#set! injection.language "sql"))

((field
  name: (field_name) @_name
  value: (text (text_content) @injection.content))
  (#any-of? @_name "sql" "undo")
  (#set! injection.language "sql")
  (#set! injection.combined))

((call
  function: (identifier) @_function
  arguments: (arguments . (_) . (text (text_content) @injection.content)))
  (#eq? @_function "sql")
  (#set! injection.language "sql"))

((call
  function: (identifier) @_function
  arguments: (arguments . (_) . (block_text (block_content) @injection.content)))
  (#eq? @_function "sql")
  (#set! injection.language "sql"))
