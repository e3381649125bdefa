//! Passwords in Secrets Manager.

/// A secret that rsx keeps: a JSON object with `username` and `password`.
resource secret {
  fixed name: SecretName
  fixed user: Text
  /// `generated` makes one of 32 characters once, and keeps it.
  password: Secret<Password>
  tags:     Map<Text> = stack_tags

  computed arn:     Text
  computed version: Text

  let takes        = 2s
  let monthly: Usd = 0.40usd
  /// A change of the password makes another version.
  let renews = [{ attribute = "version", by = "password" }]
}

/// Where a secret's password is used: `host`, `port` and `dbname` in its JSON object.
resource secret_connection {
  fixed secret: Text
  host:         Text
  port:         Int
  dbname:       Text

  let takes = 1s
}

/// A secret that somebody else keeps: a JSON object with `username` and `password`.
resource stored_secret {
  fixed name: Text

  found arn:     Text
  found version: Text
}

/// A secret's name (Secrets Manager CreateSecret); not ending in a hyphen and six characters, as AWS appends that itself.
type SecretName = Text where {
  "1 to 512 characters" = length(self) in 1..512
  "letters, digits and / _ + = . @ -" =
    all c in self: c in 'a'..'z' or c in 'A'..'Z' or c in '0'..'9' or c in "/_+=.@-"
}
