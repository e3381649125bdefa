//! Producers and consumers: what they may say, and how many there may be.

/// A setting that does not exist: there is no auto-pause.
///
/// Redshift Serverless bills no compute while nothing runs, so there is nothing to pause. What costs while nobody
/// seems to work is a connection that keeps asking (each question bills at least 60 seconds at base capacity), an open
/// transaction, or capacity that has grown. What governs it: a small base, a maximum, and
/// `settings = { max_query_execution_time = 10min }`.
///
/// Source: none of the 65 operations of Redshift Serverless knows a pause; billing page for Redshift Serverless.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// consumer reader { network = main, capacity = 32rpu..64rpu, auto_pause = 10min }  // error: rsx::redshift::no_auto_pause
/// ```
rule rsx::redshift::no_auto_pause on producer {
  strength = law
  require self.auto_pause == none and self.autopause == none
  else "Redshift Serverless has no auto-pause"
  at   if self.auto_pause != none then self.auto_pause else self.autopause
  help "remove it: idle costs nothing; a small base, a maximum and `max_query_execution_time` govern what busy costs"
}

rule rsx::redshift::no_auto_pause on consumer {
  strength = law
  require self.auto_pause == none and self.autopause == none
  else "Redshift Serverless has no auto-pause"
  at   if self.auto_pause != none then self.auto_pause else self.autopause
  help "remove it: idle costs nothing; a small base, a maximum and `max_query_execution_time` govern what busy costs"
}

rule rsx::redshift::no_auto_pause on consumer_pool {
  strength = law
  require self.auto_pause == none and self.autopause == none
  else "Redshift Serverless has no auto-pause"
  at   if self.auto_pause != none then self.auto_pause else self.autopause
  help "remove it: idle costs nothing; a small base, a maximum and `max_query_execution_time` govern what busy costs"
}

rule rsx::name::duplicate on producer {
  let users = [for l in self.logins: l.user]

  strength = law
  require false for u in repeated(users)
  else "two logins are called `${u}`"
  at   [for l in self.logins if l.user == u: l.user][1] "the second of that name"
  also [for l in self.logins if l.user == u: l.user][0] "the first"
  help "rename one of them"
  require l.user != lower(self.admin.user) for l in self.logins
  else "the login `${l.user}` is called like the administrator"
  at   l.user
  also self.admin.user "the administrator is `${self.admin.user}`"
  help "rename one of them"
}

rule rsx::name::duplicate on consumer {
  let users = [for l in self.logins: l.user]

  strength = law
  require false for u in repeated(users) if self.alone
  else "two logins are called `${u}`"
  at   [for l in self.logins if l.user == u: l.user][1] "the second of that name"
  also [for l in self.logins if l.user == u: l.user][0] "the first"
  help "rename one of them"
  require l.user != lower(self.admin.user) for l in self.logins if self.alone
  else "the login `${l.user}` is called like the administrator"
  at   l.user
  also self.admin.user "the administrator is `${self.admin.user}`"
  help "rename one of them"
}

rule rsx::name::duplicate on consumer_pool {
  let users = [for l in self.logins: l.user]

  strength = law
  require false for u in repeated(users)
  else "two logins are called `${u}`"
  at   [for l in self.logins if l.user == u: l.user][1] "the second of that name"
  also [for l in self.logins if l.user == u: l.user][0] "the first"
  help "rename one of them"
  require l.user != lower(self.admin.user) for l in self.logins
  else "the login `${l.user}` is called like the administrator"
  at   l.user
  also self.admin.user "the administrator is `${self.admin.user}`"
  help "rename one of them"
}

/// Clients in a range from which no way leads to the warehouse.
///
/// Only those in `clients` may connect. A range that does not meet the network is reached by a VPN, a peering or a
/// transit gateway, which rsx does not make: say so by `{ cidr = 192.168.0.0/16, via = "vpn" }`. What is publicly
/// accessible is reached from everywhere.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// consumer reader {
///   network  = main
///   capacity = 32rpu..64rpu
///   clients  = [192.168.0.0/24]  // warning: rsx::redshift::unreachable
/// }
/// ```
rule rsx::redshift::unreachable on gateway {
  strength = advice
  require c.via != none
    or c.from != none
    or overlaps(c.cidr ?? self.network.cidr, self.network.cidr)
    for c in self.clients
    if not self.publicly_accessible
  else "${c.cidr ?? self.network.cidr} does not meet the network ${self.network.cidr}, and does not say by which way it comes"
  at   c
  also self.network.cidr "the network"
  help "name a range inside ${self.network.cidr}, or say `via = \"vpn\"` beside the range"
}

/// More workgroups than an account may have unless AWS raises its quota.
///
/// The quota is 25 workgroups and 25 namespaces a region; the producer counts too.
///
/// Source: Redshift management guide, quotas (2023; adjustable).
///
/// ```rsx
/// stack s { region = "us-east-1" }  // warning: rsx::redshift::quota
/// network main { cidr = 10.0.0.0/16 }
/// consumer_pool readers { count = 26, network = main, capacity = 32rpu..64rpu }
/// ```
rule rsx::redshift::quota on stack {
  let count = length(every(producer)) + length(every(consumer))

  strength = advice
  require count <= 25
  else "this makes ${count} workgroups; an account has 25 in a region unless its quota was raised"
  at   self
  help "ask AWS for a higher quota of workgroups and namespaces before you run it"
}

/// A snapshot whose administrator has another name.
///
/// A restore brings back the administrator of the snapshot, so the name in the spec must be that one.
///
/// Source: Redshift Serverless RestoreFromSnapshot.
rule rsx::restore::admin on producer {
  strength = law
  require self.source.admin_user == self.admin.user if self.restore != none
  else "the snapshot's administrator is `${self.source.admin_user}`, not `${self.admin.user}`"
  at   self.admin.user
  also self.restore "restored from here"
  help "write `user = \"${self.source.admin_user}\"`"
}

/// A snapshot that can't be restored, or is named in two ways.
rule rsx::restore::snapshot on producer {
  strength = law
  require self.restore.name == none or self.restore.arn == none if self.restore != none
  else "a snapshot is named by its `name` or by its `arn`, not by both"
  at   self.restore.arn "the second name"
  also self.restore.name "the first"
  help "take one of them away"
  require self.source.status == "AVAILABLE" if self.restore != none
  else "the snapshot is ${self.source.status}, not AVAILABLE"
  at   self.restore
  help "wait until it is there, or name another one"
}

rule rsx::type::missing_field on producer {
  strength = law
  require self.restore.name != none or self.restore.arn != none if self.restore != none
  else "`snapshot` lacks `name` or `arn`"
  at   self.restore "names no snapshot"
  help "write `snapshot { name = \"…\" }`, or the ARN of a cluster's snapshot"
}

/// Something that a list names twice, where once is all that counts.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// consumer reader {
///   network  = main
///   capacity = 32rpu..64rpu
///   clients  = [10.0.8.0/24, 10.0.8.0/24]  // warning: rsx::name::repeated
/// }
/// ```
rule rsx::name::repeated on gateway {
  strength = advice
  require false for x in repeated(self.clients)
  else "`clients` names one of them twice"
  at   [for c in self.clients if c == x: c][1] "again"
  also [for c in self.clients if c == x: c][0] "the first"
  help "take one of them away"
}
