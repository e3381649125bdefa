//! SQL of the user's own, in order.

/// Statements on a warehouse, or on each of several.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// producer writer { network = main, database = "airline", capacity = 32rpu..256rpu }
/// step schema {
///   on  = writer
///   sql = "create schema airline_dw"
/// }
/// ```
pattern step {
  on: List<Writable>
  /// One statement or several, with `;` between them.
  sql: Statements
  /// What must be done before. When a step among it is undone and run again, so is this one.
  after: List<Declaration> = []
  /// If this holds already, nothing is run. With `--probe` it is asked again, and what does not hold any more is run again.
  ///
  /// ```rsx
  /// network main { cidr = 10.0.0.0/16 }
  /// producer writer { network = main, database = "airline", capacity = 32rpu..256rpu }
  /// step load {
  ///   on        = writer
  ///   sql       = "copy airline_dw.dim_date from 's3://acme-dates/' iam_role default csv"
  ///   done_when = sql(writer, "select count(*) from airline_dw.dim_date") > 0
  /// }
  /// ```
  done_when: Answer<Bool> = false
  /// SQL that takes it back, run when the step is taken out or its SQL changes; not when the warehouse goes too.
  undo: Statements?

  make statement statement for w in on {
    at        = w.sql
    namespace = w.namespace_id
    restored  = w.restored_id
    sql       = sql
    done      = done_when
    undo      = undo
    after     = after + [w]
  }
}

/// SQL that does something: without any there would be nothing to run.
type Statements = Text where {
  "a statement to run" = any c in self: not (c in " \t\r\n;")
}

/// What a step may run on.
type Writable = producer | consumer

rule rsx::name::cycle on step {
  strength = law
  require not (any d in self.after: d == self) if length(self.on) == 1
  else "`${name_of(self)}` must wait for itself"
  at   self.after
  help "take it away"
}
