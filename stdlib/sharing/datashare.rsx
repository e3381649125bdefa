//! Sharing, object by object: the share, its grants, the databases made of it, and who may use them.

/// One datashare of a producer, with schemas and tables in it.
resource share {
  through at:      Door
  fixed namespace: Text
  fixed restored:  Text?
  fixed name:      Identifier
  fixed database:  Text
  schemas:         List<Text>
  /// `schema.table`
  tables: List<Text>
  /// Tables made later in these schemas are in the share as well.
  include_new:         Bool
  publicly_accessible: Bool

  let takes = 6s
  /// A schema or table that a step drops is out of the share, and so is the one that is made anew under its name.
  let spoilt = true
}

/// That a consumer's namespace may use a share.
resource share_grant {
  through at:      Door
  fixed namespace: Text
  fixed restored:  Text?
  fixed share:     Text
  fixed consumer:  Text

  let takes = 2s
}

/// A consumer's database made of a share.
resource shared_database {
  through at:      Door
  fixed namespace: Text
  fixed name:      Identifier
  fixed share:     Text
  /// The GUID of the producer's namespace.
  fixed producer: Text
  fixed restored: Text?

  let unique = ["namespace", "name"]
  let takes  = 4s
}

/// That a user may use a shared database, and so everything in it.
resource database_grant {
  through at:      Door
  fixed namespace: Text
  fixed database:  Text
  fixed producer:  Text
  fixed restored:  Text?
  fixed user:      Text

  let takes = 2s
}

/// That a query on the shared database has answered on a reader, as the user that clients are.
resource gate {
  /// With the user's own secret.
  through at:      Door
  fixed namespace: Text
  fixed database:  Text
  fixed producer:  Text
  fixed restored:  Text?
  fixed schemas:   List<Text>
  fixed tables:    List<Text>
  /// Where traffic comes in: before it comes in elsewhere, the query is asked again.
  addresses: List<Text>
  port:      Int

  let takes = 6s
}

/// A name in SQL: folded to lower case, so written in it (Redshift, names and identifiers: up to 127 bytes).
type Identifier = Text where {
  "1 to 127 characters" = length(self) in 1..127
  "starting with a lower-case letter or _" =
    first(self) == none or (first(self) ?? ' ') in 'a'..'z' or (first(self) ?? ' ') == '_'
  "lower-case letters, digits, _ and $" =
    all c in self: c in 'a'..'z' or c in '0'..'9' or c in "_$"
}

rule rsx::redshift::name on Identifier { }
