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
] @indent.begin

["}" "]" ")"] @indent.branch @indent.end

(quantified ":" @indent.begin)

(block_text) @indent.ignore
(ERROR) @indent.auto
