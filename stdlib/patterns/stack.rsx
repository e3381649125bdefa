//! The deployment: where it is, and what is said of everything in it.

/// The deployment. A program has exactly one.
///
/// ```rsx
/// stack airline {
///   region = "us-east-1"
///   tags   = { project = "airline", owner = "data-platform" }
/// }
/// ```
pattern stack {
  /// The AWS region, such as `us-east-1`.
  region: Text
  /// Tags on everything that takes tags, besides those by which rsx knows its own.
  tags: Map<TagValue> = {}
  /// Where the state is kept; beside the spec unless said.
  state: Backend?
}

/// A place for the state.
type Backend = s3 { bucket: Text, key: Text, lock: Lock = s3 } | postgres { url: Text }

/// What keeps two runs apart in S3.
type Lock = s3 | dynamodb { table: Text }

/// The value of a tag: IAM, ELBv2 and Logs take no other characters (patterns in the service models).
type TagValue = Text where {
  "at most 256 characters" = length(self) <= 256
  "letters, digits, spaces and _ . : / = + - @" =
    all c in self: c in 'a'..'z' or c in 'A'..'Z' or c in '0'..'9' or c in " _.:/=+-@"
}

/// The tags of the stack.
let stack_tags: Map<Text> = stack.tags

/// A region or zone that Redshift Serverless does not know.
///
/// Regions are those in which AWS offers Redshift Serverless. A zone is a region's name and one letter, and lies in
/// the stack's region; `plan` and `run` look whether the account has it.
///
/// Source: the endpoints of Redshift Serverless in botocore 1.44.5.
///
/// ```rsx
/// stack s { region = "us-east-9" }  // error: rsx::name::region
/// ```
rule rsx::name::region on stack {
  strength = law
  let meant = nearest(self.region, regions)

  require any r in regions: r == self.region
  else "there is no region `${self.region}` with Redshift Serverless"
  at   self.region
  help if meant == none
    then "use one such as `us-east-1` or `eu-central-1`"
    else "did you mean `${meant ?? ""}`?"
  mend [for m in present([meant]): "\"${m}\""]
}

rule rsx::name::region on network {
  strength = law
  require any l in 'a'..'z': z == "${stack.region}${l}"
    for z in self.zones ?? []
    if any r in regions: r == stack.region
  else "there is no zone `${z}` in `${stack.region}`"
  at   z
  help "a zone is the region and a letter: `${stack.region}a`"
}

rule rsx::name::region on network {
  strength = law
  require any n in self.account.names: n == z for z in self.zones ?? []
  else "this account has no zone `${z}` in `${stack.region}`"
  at   z
  help "its zones: ${join(self.account.names, ", ")}"
}
