; What indents the lines in it.

[
  (body)
  (where)
  (record)
  (record_type)
  (list)
  (comprehension)
  (arguments)
  (parenthesized)
] @indent

["}" "]" ")"] @outdent
