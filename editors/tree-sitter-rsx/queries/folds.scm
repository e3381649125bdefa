; What can be folded.

[
  (body)
  (where)
  (record)
  (record_type)
  (list)
  (comprehension)
  (arguments)
  (block_text)
] @fold

((doc_comment)+ @fold)
((file_doc)+ @fold)
