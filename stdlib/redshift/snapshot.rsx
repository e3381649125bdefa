//! Snapshots: what one says of itself, the restore from it, and the one that is taken before the end.

/// What a snapshot says of itself. A serverless one is found by its name, a provisioned cluster's by its name or ARN.
resource snapshot {
  fixed name:  Text?
  fixed arn:   Text?
  fixed owner: Text?

  found status: Text
  /// What RestoreFromSnapshot takes: the name of a serverless snapshot, the ARN of a cluster's.
  found reference:  Text
  found admin_user: Text
  found size:       Size
}

/// That a namespace holds what a snapshot held. It replaces every database and every user of the namespace.
resource restore {
  fixed namespace:    Text
  fixed workgroup:    Text
  fixed namespace_id: Text
  fixed snapshot:     Text
  fixed owner:        Text?
  /// Whether it may take place over data that is there.
  through replace:  Bool = false
  through database: Text
  /// The administrator as the spec wants it: what the snapshot brings back is put right.
  through admin_user:     Text
  through admin_password: Secret<Password>
  through admin_secret:   Text

  /// Changes with every restore: what lives in the namespace by SQL is made again after it.
  computed id: Text
  /// The administrator's secret after the restore.
  computed admin_secret_after: Text

  let takes        = 420s
  let takes_delete = 0s
  /// Whatever else of the warehouse changes beside it, a namespace that is there holds what is overwritten.
  let overwrites: Text? = if replace then "namespace_id" else none
}

/// That a snapshot is taken when the namespace goes, while its workgroup still stands; or that none is.
resource final_snapshot {
  fixed namespace: Text
  /// The GUID of the namespace: another one goes with a snapshot of its own.
  fixed namespace_id: Text
  /// For how long; none is taken without it.
  keep: SnapshotRetention?

  computed name: Text

  let parting      = ["keep"]
  let takes        = 0s
  let takes_delete = if keep == none then 0s else 300s

  /// What there is when it has been taken away.
  let remains = if keep == none then none else "the snapshot ${name}, for ${keep ?? 0s}"
}

/// How long a snapshot is kept: whole days, 1 to 3653 (Redshift Serverless CreateSnapshot).
type SnapshotRetention = Duration where {
  "whole days, from 1d to 3653d" = self in 1d..3653d and floor(self / 1d) == self / 1d
}
