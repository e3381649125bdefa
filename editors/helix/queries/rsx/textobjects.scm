; What can be selected: declarations, their parts, comments.

([
  (instance)
  (pattern)
  (resource)
  (rule)
  (check)
  (expect)
  (make)
] @class.around)

(body) @class.inside

(field value: (_) @parameter.inside) @parameter.around
(named_argument value: (_) @parameter.inside) @parameter.around

[(comment) (doc_comment) (file_doc)] @comment.inside
(comment)+ @comment.around
(doc_comment)+ @comment.around
