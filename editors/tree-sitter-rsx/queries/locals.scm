; Names, and how far they reach.

(source_file) @local.scope
(pattern body: (body) @local.scope)
(resource body: (body) @local.scope)
(rule body: (body) @local.scope)
(make) @local.scope
(comprehension) @local.scope
(quantified) @local.scope

(param name: (identifier) @local.definition.constant)
(let name: (identifier) @local.definition.constant)
(instance name: (identifier) @local.definition.namespace)
(make name: (identifier) @local.definition.namespace)
(type_declaration name: (type_identifier) @local.definition.type)
(for_clause variable: (identifier) @local.definition.var)
(quantified variable: (identifier) @local.definition.var)
(pattern body: (body (schema_field name: (field_name) @local.definition.field)))

(identifier) @local.reference
(type_identifier) @local.reference
