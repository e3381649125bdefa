//! Keys of the customer in KMS.

/// One symmetric key with its alias, rotated every year.
///
/// A key is never gone at once: KMS takes 7 to 30 days. One that encrypts a kept snapshot stays.
resource key {
  fixed alias: KeyAlias
  description: Text
  tags:        Map<Text> = stack_tags

  computed id:  Text
  computed arn: Text

  let unique       = ["alias"]
  let takes        = 9s
  let monthly: Usd = 1usd

  /// What there is when it has been taken away.
  let remains =
    "the key ${alias}: KMS deletes it in 7 days, or it stays as long as a kept snapshot needs it"
}

/// A key that somebody else keeps, by its alias; it is used, never changed and never deleted.
resource stored_key {
  fixed alias: KeyAlias

  found arn: Text
}

/// An alias without its `alias/` (KMS CreateAlias).
type KeyAlias = Text where {
  "1 to 250 characters" = length(self) in 1..250
  "letters, digits and / _ -" =
    all c in self: c in 'a'..'z' or c in 'A'..'Z' or c in '0'..'9' or c in "/_-"
  "no alias/ in front: warehouse/main, not alias/warehouse/main" = not starts_with(self, "alias/")
  "not starting with aws/"                                       = not starts_with(self, "aws/")
}
