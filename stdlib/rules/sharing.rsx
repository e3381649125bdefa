//! Shares: to whom, for whom, and as what.

/// A share to nobody.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// producer writer { network = main, database = "airline", capacity = 32rpu..64rpu }
/// datashare nobody {
///   from     = writer
///   schemas  = ["airline_dw"]
///   to       = []  // error: rsx::share::no_consumer
///   database = "airline_shared"
/// }
/// ```
rule rsx::share::no_consumer on datashare {
  strength = house
  require length(self.to) > 0
  else "the share goes to nobody"
  at   self.to
  help "name a consumer or a pool, or remove the share"
}

rule rsx::type::missing_field on datashare {
  strength = law
  require length(self.schemas) + length(self.tables) > 0
  else "`${name_of(self)}` lacks `schemas` or `tables`"
  at   self "holds nothing"
  help "add `schemas = [\"…\"]` or `tables = [\"schema.table\"]`"
}

rule rsx::name::repeated on datashare {
  strength = advice
  require false for x in repeated(self.schemas)
  else "`schemas` names one schema twice"
  at   [for s in self.schemas if s == x: s][1] "again"
  also [for s in self.schemas if s == x: s][0] "the first"
  help "take one of them away"
  require false for x in repeated(self.tables)
  else "`tables` names one table twice"
  at   [for t in self.tables if t == x: t][1] "again"
  also [for t in self.tables if t == x: t][0] "the first"
  help "take one of them away"
  require false for x in repeated(self.users)
  else "`users` names one user twice"
  at   [for u in self.users if u == x: u][1] "again"
  also [for u in self.users if u == x: u][0] "the first"
  help "take one of them away"
  require length(repeated(self.to)) == 0
  else "`to` names ${join(distinct([for c in repeated(self.to): "`${address(pool_of(c))}`"]), ", ")} twice"
  at   self.to
  help "name each once; a pool stands for all its members"
}

/// A target of a balancer that no share feeds: its clients would find no data there.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// producer writer { network = main, database = "airline", capacity = 32rpu..64rpu }
/// let bi: List<Login> = [{ user = "bi", password = secret { name = "bi" } }]
/// consumer fed    { network = main, capacity = 32rpu..64rpu, logins = bi }
/// consumer hungry { network = main, capacity = 32rpu..64rpu, logins = bi }
/// datashare some { from = writer, schemas = ["airline_dw"], to = fed, database = "airline_shared" }
/// nlb reads {
///   network = main
///   targets = [fed, hungry]  // error: rsx::share::unshared_target
///   clients = [10.0.0.0/16]
/// }
/// ```
rule rsx::share::unshared_target on nlb {
  let hungry = [for t in self.targets if length(referrers(datashare, t)) == 0: t]

  strength = house
  require length(hungry) == 0 if length(every(datashare)) > 0
  else "no share feeds ${join([for t in hungry: "`${address(t)}`"], ", ")}"
  at   self.targets
  help "add ${if length(hungry) == 1 then "it" else "them"} to the `to` of a datashare"
}

/// A user of a share who is not a login of every consumer.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// producer writer { network = main, database = "airline", capacity = 32rpu..64rpu }
/// consumer reader { network = main, capacity = 32rpu..64rpu }
/// datashare some {
///   from     = writer
///   schemas  = ["airline_dw"]
///   to       = reader
///   database = "airline_shared"
///   users    = ["bi"]  // error: rsx::share::no_user
/// }
/// ```
rule rsx::share::no_user on datashare {
  let owners = distinct([for c in self.to: pool_of(c)])
  let users  = distinct(flatten([for o in owners: [for l in o.logins: l.user]]))
  let common = [for u in users if all o in owners: any l in o.logins: l.user == u: u]
  let strangers = [
    for u in self.users if any o in owners: not (any l in o.logins: l.user == u): {
      user  = u
      of    = [for o in owners if not (any l in o.logins: l.user == u): o]
      meant = nearest(u, without(common, self.users))
    }
  ]

  strength = law
  require false for s in strangers
  else "`${s.user}` is no login of ${join([for o in s.of: "`${address(o)}`"], ", ")}"
  at   s.user
  help if s.meant != none
    then "did you mean `${s.meant ?? ""}`?"
    else if all o in s.of: length(o.logins) == 0
      then "add `logins = [{ user = \"${s.user}\", password = generated }]` to ${if length(s.of) == 1 then "it" else "each"}"
      else "add `{ user = \"${s.user}\", password = generated }` to ${if length(s.of) == 1 then "its `logins`" else "the `logins` of each"}"
  mend [for m in present([s.meant]): "\"${m}\""]
}

/// A shared database called like another database of the consumer: one of its own, or of another share.
///
/// `dev`, `padb_harvest`, `template0` and `template1` are there in every namespace.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// producer writer { network = main, database = "airline", capacity = 32rpu..64rpu }
/// consumer reader { network = main, capacity = 32rpu..64rpu }
/// datashare some {
///   from     = writer
///   schemas  = ["airline_dw"]
///   to       = reader
///   database = "dev"  // error: rsx::share::database
/// }
/// ```
rule rsx::share::database on datashare {
  let ours  = ["dev", "padb_harvest", "template0", "template1"]
  let clash = [for c in self.to if lower(c.database) == self.database or self.database in ours: c]

  strength = law
  require length(clash) == 0
  else "`${address(first(clash) ?? self)}` has a database `${self.database}` of its own"
  at   self.database
  help "call the shared database otherwise"
}

rule rsx::share::database on consumer {
  let shares = referrers(datashare, self)

  strength = law
  require false for n in repeated([for d in shares: d.database])
  else "two shares bring a database `${n}` to one consumer"
  at   [for d in shares if d.database == n: d.database][1] "the second of that name"
  also [for d in shares if d.database == n: d.database][0] "the first"
  help "call one of the two otherwise"
}

/// A share open to publicly accessible consumers, of which there is none.
///
/// `PUBLICACCESSIBLE` only says whether a *publicly accessible* consumer may use the share. It is not needed for
/// sharing between namespaces, whatever older instructions say.
///
/// Source: Redshift developer guide, CREATE DATASHARE.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// producer writer { network = main, database = "airline", capacity = 32rpu..64rpu }
/// consumer reader { network = main, capacity = 32rpu..64rpu }
/// datashare some {
///   from     = writer
///   schemas  = ["airline_dw"]
///   to       = reader
///   database = "airline_shared"
///   publicly_accessible = true  // warning: rsx::share::unneeded_public
/// }
/// ```
rule rsx::share::unneeded_public on datashare {
  strength = advice
  require not self.publicly_accessible or (any c in self.to: c.publicly_accessible)
  else "no consumer of this share is publicly accessible"
  at   self.publicly_accessible
  help "leave it out: private consumers need nothing of the kind"
}

/// A publicly accessible consumer of a share that does not admit such.
///
/// `PUBLICACCESSIBLE` says whether a *publicly accessible* consumer may use a share. Without it such a consumer gets
/// nothing of the share, though all else is granted.
///
/// Source: Redshift developer guide, CREATE DATASHARE.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// producer writer { network = main, database = "airline", capacity = 32rpu..64rpu }
/// consumer open { network = main, capacity = 32rpu..64rpu, publicly_accessible = true }
/// datashare some {  // error: rsx::share::public
///   from     = writer
///   schemas  = ["airline_dw"]
///   to       = open
///   database = "airline_shared"
/// }
/// ```
rule rsx::share::public on datashare {
  let open = distinct([for c in self.to if c.publicly_accessible: pool_of(c)])

  strength = law
  require length(open) == 0 if not self.publicly_accessible
  else "${join([for o in open: "`${address(o)}`"], ", ")} ${if length(open) == 1 then "is" else "are"} publicly accessible, but the share does not admit such consumers"
  at   self.publicly_accessible
  also first([for o in open: o.publicly_accessible]) "publicly accessible"
  help "write `publicly_accessible = true` in the share, or take it from the consumer${if length(open) == 1 then "" else "s"}"
}
