//! The workgroup: compute, its endpoint and its settings; and the load that it takes.

/// One Redshift Serverless workgroup.
///
/// Redshift takes one setting in each call and answers "operation running" in between, so a change of several
/// settings is several steps.
resource workgroup {
  fixed name:      NamespaceName
  fixed namespace: Text
  /// The GUID of the namespace: a workgroup does not outlive its namespace.
  fixed namespace_id: Text
  fixed vpc:          Text
  base:               Rpu
  /// No maximum without it.
  max:                            Rpu?
  disruptive subnets:             List<Text>
  security_groups:                List<Text>
  disruptive port:                RedshiftPort = 5439
  disruptive enhanced_routing:    Bool = false
  disruptive publicly_accessible: Bool = false
  /// Only those named are compared: Redshift adds others of its own.
  settings: Settings
  tags:     Map<Text> = stack_tags
  /// How long it is busy in a day, for its cost.
  through busy: Duration = 24h

  computed id:       Text
  computed arn:      Text
  computed endpoint: { address: Text, port: Int }
  /// The interfaces of its own endpoint, in the order of their addresses.
  computed interfaces: List<{ ip: Text, zone: Text, subnet: Text, id: Text }>

  /// Query limits, which Redshift can't unset (observed).
  let lasting = [
    {
      field   = "settings.max_query_execution_time"
      instead = "give it a value that no query reaches: `max_query_execution_time = 86399s`"
    },
    {
      field   = "settings.max_query_queue_time"
      instead = "give it a value that no query reaches: `max_query_queue_time = 86399s`"
    },
    {
      field   = "settings.max_query_cpu_time"
      instead = "give it a value that no query reaches: `max_query_cpu_time = 86399s`"
    },
    {
      field   = "settings.max_query_blocks_read"
      instead = "give it a value that no query reaches: `max_query_blocks_read = 999999999999999`"
    },
    {
      field   = "settings.max_scan_row_count"
      instead = "give it a value that no query reaches: `max_scan_row_count = 999999999999999`"
    },
    {
      field   = "settings.max_query_cpu_usage_percent"
      instead = "give it a value that no query reaches: `max_query_cpu_usage_percent = 100%`"
    },
    {
      field = "settings.max_query_temp_blocks_to_disk"
      instead =
        "give it a value that no query reaches: `max_query_temp_blocks_to_disk = 999999999999999`"
    },
    {
      field   = "settings.max_join_row_count"
      instead = "give it a value that no query reaches: `max_join_row_count = 999999999999999`"
    },
    {
      field = "settings.max_nested_loop_join_row_count"
      instead =
        "give it a value that no query reaches: `max_nested_loop_join_row_count = 999999999999999`"
    },
    {
      field   = "settings.max_return_row_count"
      instead = "give it a value that no query reaches: `max_return_row_count = 999999999999999`"
    },
  ]

  let unique       = ["name"]
  let takes        = 150s
  let takes_update = 60s
  let takes_delete = 120s
  /// None where there is no price for the region.
  let monthly: Usd? = if has_price then base * busy * 30 * rpu_price else none
}

/// A port that Redshift listens on (Redshift Serverless CreateWorkgroup).
type RedshiftPort = Int where {
  "5431 to 5455 or 8191 to 8215" = self in 5431..5455 or self in 8191..8215
}

/// A port outside 5431–5455 and 8191–8215, which are all that Redshift Serverless listens on.
///
/// The balancer may listen on any port; it forwards to the port of its readers.
///
/// Source: Redshift Serverless CreateWorkgroup, `port`.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// consumer reader { network = main, capacity = 32rpu..64rpu, port = 5432 }
/// consumer other  { network = main, capacity = 32rpu..64rpu, port = 80 }  // error: rsx::redshift::port
/// ```
rule rsx::redshift::port on RedshiftPort { }

/// The configuration parameters that Redshift Serverless takes.
///
/// Source: Redshift Serverless CreateWorkgroup, `configParameters`, and the values seen live in us-east-1 on 2026-07-11.
type Settings = {
  /// Materialized views made and used by Redshift itself; on unless said.
  auto_mv: Bool?
  /// How dates are shown, such as `ISO, MDY`.
  datestyle: DateStyle?
  /// Names in quotes keep their case.
  enable_case_sensitive_identifier: Bool?
  /// SQL goes into the user-activity log.
  enable_user_activity_logging: Bool?
  /// A label for the queries of a session.
  query_group: SettingText?
  /// Schemas that are searched for names; never a database.
  search_path: SettingText?
  /// Connections without TLS are refused; on unless said.
  require_ssl: Bool?
  /// TLS by FIPS 140-2; needs `require_ssl`.
  use_fips_ssl: Bool?
  /// A query that runs longer is stopped.
  max_query_execution_time: Seconds?
  /// A query that waits longer is stopped.
  max_query_queue_time: Seconds?
  /// A query that takes more processor time is stopped.
  max_query_cpu_time: Seconds?
  /// A query that reads more 1-MB blocks is stopped.
  max_query_blocks_read: SettingCount?
  /// A query that reads more rows in a scan is stopped.
  max_scan_row_count: SettingCount?
  /// A query that takes more of the processors is stopped.
  max_query_cpu_usage_percent: SettingPercent?
  /// A query that writes more 1-MB blocks to disk is stopped.
  max_query_temp_blocks_to_disk: SettingCount?
  /// A query that makes more rows in a join is stopped.
  max_join_row_count: SettingCount?
  /// A query that makes more rows in a nested loop is stopped.
  max_nested_loop_join_row_count: SettingCount?
  /// A query that returns more rows is stopped.
  max_return_row_count: SettingCount?
}

/// A setting in whole seconds, up to 86,399 (Redshift Serverless query limits); 0 is no limit.
type Seconds = Duration where {
  "whole seconds, from 0s to 86399s" = self in 0s..86399s and floor(self / 1s) == self / 1s
}

rule rsx::redshift::setting on Seconds { }

/// A setting that counts.
type SettingCount = Int where {
  "0 to 999999999999999" = self in 0..999999999999999
}

rule rsx::redshift::setting on SettingCount { }

/// A setting in percent.
type SettingPercent = Percent where {
  "whole percent from 0% to 100%" = self in 0%..100% and floor(self * 100) == self * 100
}

rule rsx::redshift::setting on SettingPercent { }

/// A setting as text (CloudFormation AWS::RedshiftServerless::Workgroup: up to 15,000 characters).
type SettingText = Text where {
  "1 to 15000 characters" = length(self) in 1..15000
}

rule rsx::redshift::setting on SettingText { }

/// How dates are shown: a format, a comma, an order.
type DateStyle = Text where {
  "ISO, POSTGRES, SQL or GERMAN, then optionally a comma and DMY, MDY or YMD" =
    any f in ["iso", "postgres", "sql", "german"]:
      lower(self) == f
        or (any o in ["dmy", "mdy", "ymd"]:
          lower(self) == "${f}, ${o}" or lower(self) == "${f},${o}")
}

/// A setting with a value that Redshift would refuse.
///
/// Times are Durations from 0s to 86399s, counts whole numbers, `datestyle` a format and an order, and
/// `use_fips_ssl` needs `require_ssl`. A query limit that was once set can't be unset by leaving it out: give it a
/// high value instead.
///
/// Source: Redshift Serverless CreateWorkgroup, `configParameters`.
///
/// ```rsx
/// network main { cidr = 10.0.0.0/16 }
/// consumer reader {
///   network  = main
///   capacity = 32rpu..64rpu
///   settings = { max_query_execution_time = 2d }  // error: rsx::redshift::setting
/// }
/// ```
rule rsx::redshift::setting on DateStyle { }

rule rsx::redshift::setting on workgroup {
  strength = law
  require not (self.settings.use_fips_ssl ?? false) or (self.settings.require_ssl ?? true)
  else "`use_fips_ssl` needs `require_ssl`, which is off"
  at   self.settings.use_fips_ssl
  also self.settings.require_ssl "off here"
  help "set `require_ssl = true`"
}
