//! The namespace: databases, users, shares and the key; one for each workgroup.

/// One Redshift Serverless namespace.
resource namespace {
  fixed name:     NamespaceName
  fixed database: DatabaseName
  admin_user:     UserName
  /// `generated` lets Redshift make it and keep it in Secrets Manager.
  admin_password: Secret<Password>
  /// The ARN of a key; the key that AWS owns without it. It can't be taken back.
  key:  Text?
  tags: Map<Text> = stack_tags
  /// Whether what is written lies here: then its end is the end of data.
  through writes: Bool = false

  /// The GUID that grants and shared databases name.
  computed id:  Text
  computed arn: Text
  /// The ARN of the secret that Redshift keeps, if it made the password.
  computed admin_secret: Text?
  /// The restore that made what it holds, if one did.
  computed restored: Text?

  let unique       = ["name"]
  let takes        = 8s
  let takes_update = 20s
  let takes_delete = 30s
  let holds_data   = writes
  let lasting = [
    {
      field   = "key"
      instead = "keep the key; the namespace goes back to AWS's own only when it is made anew"
    },
  ]
}

/// A namespace's name (Redshift Serverless CreateNamespace); at most 63 characters, as the Data API takes no more.
type NamespaceName = Text where {
  "3 to 63 characters" = length(self) in 3..63
  "lower-case letters, digits and hyphens" =
    all c in self: c in 'a'..'z' or c in '0'..'9' or c == '-'
}

/// A name that Redshift would refuse.
///
/// Namespaces and workgroups take 3 to 64 lower-case letters, digits and hyphens, of which rsx uses 63, because the
/// Data API takes no more. Databases and users start with a letter and take 127 characters. Names on AWS are made of
/// the stack, the env and the declaration, so they are checked after expansion, to the last member of a pool.
///
/// Source: CloudFormation's AWS::RedshiftServerless::Namespace, Redshift Serverless CreateNamespace and CreateWorkgroup.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// producer writer { network = main, database = "1st", capacity = 32rpu..64rpu }  // error: rsx::redshift::name
/// ```
rule rsx::redshift::name on NamespaceName { }

/// A database's name (CloudFormation AWS::RedshiftServerless::Namespace); some are there already in every namespace.
type DatabaseName = Text where {
  "1 to 127 characters" = length(self) in 1..127
  "starting with a letter" =
    first(self) == none or (first(self) ?? ' ') in 'a'..'z' or (first(self) ?? ' ') in 'A'..'Z'
  "letters, digits and _ + . @ -" =
    all c in self: c in 'a'..'z' or c in 'A'..'Z' or c in '0'..'9' or c in "_+.@-"
  "a name other than padb_harvest, template0 and template1" = not (lower(self)
    in ["padb_harvest", "template0", "template1"])
}

rule rsx::redshift::name on DatabaseName { }

/// A user's name, as for a namespace's administrator (CloudFormation AWS::RedshiftServerless::Namespace); `PUBLIC` is
/// every user's (Redshift guide, "CREATE USER"), and `rdsdb` the service's.
type UserName = Text where {
  "1 to 127 characters" = length(self) in 1..127
  "starting with a letter" =
    first(self) == none or (first(self) ?? ' ') in 'a'..'z' or (first(self) ?? ' ') in 'A'..'Z'
  "letters, digits and _ + . @ -" =
    all c in self: c in 'a'..'z' or c in 'A'..'Z' or c in '0'..'9' or c in "_+.@-"
  "a name other than public and rdsdb" = lower(self) != "public" and lower(self) != "rdsdb"
}

rule rsx::redshift::name on UserName { }
