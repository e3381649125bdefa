//! Users of a namespace besides its administrator.

/// How SQL reaches a warehouse: by the Data API, as the user whose secret this is.
type Door = {
  workgroup: Text
  database:  Text
  /// The ARN of the secret.
  secret: Text
}

/// One user of a namespace. The password reaches Redshift as a verifier, never in SQL text.
resource login {
  through at:      Door
  fixed namespace: Text
  /// Changes when a restore has replaced the users.
  fixed restored: Text?
  fixed user:     LoginName
  /// The ARN of the secret that holds the password.
  through secret: Text
  /// The version of the secret: another one means another password.
  version:  Text
  verifier: Verifier

  let takes = 4s
}

/// A user's name in SQL, which Redshift folds to lower case: so it is written in it (Redshift guide, "Names and
/// identifiers"; with capitals a client's own md5 of name and password would be another).
type LoginName = UserName where {
  "no capitals, which Redshift folds to lower case" = all c in self: not (c in 'A'..'Z')
}

rule rsx::redshift::name on LoginName { }

/// The form in which Redshift keeps a password. With `sha256` only Amazon's own drivers can log in.
type Verifier = md5 | sha256

/// What Redshift accepts as a password.
///
/// Source: CloudFormation AWS::RedshiftServerless::Namespace `AdminUserPassword`, Redshift's `MasterUserPassword`.
type Password = Text where {
  "8 to 64 characters"   = length(self) in 8..64
  "an upper-case letter" = any c in self: c in 'A'..'Z'
  "a lower-case letter"  = any c in self: c in 'a'..'z'
  "a digit"              = any c in self: c in '0'..'9'
  "printable ASCII, none of ' \" / \\ @ or a space" =
    all c in self: c in '!'..'~' and not (c in "'\"/\\@")
}

/// A password that Redshift would refuse.
///
/// It has 8 to 64 characters, an upper-case letter, a lower-case letter and a digit, all printable ASCII, and none of
/// `'`, `"`, `/`, `\`, `@` or a space. Best is not to have one: with `password = generated` AWS makes it and keeps it
/// in Secrets Manager.
///
/// Source: CloudFormation AWS::RedshiftServerless::Namespace, `AdminUserPassword`.
///
/// ```rsx
/// let bad: Password = "short"  // error: rsx::redshift::password
/// let good: Password = "Sup3rSecret-x"
/// ```
rule rsx::redshift::password on Password { }
