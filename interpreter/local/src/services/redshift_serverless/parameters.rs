//! Configuration parameters of workgroups: keys, defaults, values.
//!
//! Keys and defaults are those of the API reference and those that the service was seen to add by itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::invalid;
use crate::call::Refusal;
use crate::input::Input;

/// Parameters that every workgroup has, with their defaults.
const ALWAYS: [(&str, &str); 9] = [
    ("auto_mv", "true"),
    ("datestyle", "ISO, MDY"),
    ("enable_case_sensitive_identifier", "false"),
    ("enable_user_activity_logging", "true"),
    ("max_query_execution_time", "14400"),
    ("query_group", "default"),
    ("require_ssl", "true"),
    ("search_path", "$user, public"),
    ("use_fips_ssl", "false"),
];

/// Query monitoring limits.
const LIMITS: [&str; 12] = [
    "max_cpu_skew",
    "max_io_skew",
    "max_join_row_count",
    "max_nested_loop_join_row_count",
    "max_query_blocks_read",
    "max_query_cpu_time",
    "max_query_cpu_usage_percent",
    "max_query_execution_time",
    "max_query_queue_time",
    "max_query_temp_blocks_to_disk",
    "max_return_row_count",
    "max_scan_row_count",
];

/// Parameters that are true or false.
const FLAGS: [&str; 6] = [
    "auto_mv",
    "enable_case_sensitive_identifier",
    "enable_large_strings_opt_in",
    "enable_user_activity_logging",
    "require_ssl",
    "use_fips_ssl",
];

/// Queue configuration, which excludes single limits.
const QUEUES: &str = "wlm_json_configuration";

/// The greatest `max_query_execution_time`, in seconds.
const LONGEST: i64 = 86_399;

/// Values by key.
pub(super) type Parameters = BTreeMap<String, String>;

/// The parameters of a new workgroup.
pub(super) fn initial(given: &[Value]) -> Result<Parameters, Refusal> {
    let mut all: Parameters =
        ALWAYS.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    all.extend(read(given)?);
    Ok(all)
}

/// The parameters with those of a request changed; keys that it leaves out keep their values.
pub(super) fn changed(present: &Parameters, given: &[Value]) -> Result<Parameters, Refusal> {
    let mut all = present.clone();
    all.extend(read(given)?);
    Ok(all)
}

/// The parameters as the API lists them.
pub(super) fn listed(parameters: &Parameters) -> Value {
    let one = |(key, value)| json!({ "parameterKey": key, "parameterValue": value });
    parameters.iter().map(one).collect()
}

fn read(given: &[Value]) -> Result<Parameters, Refusal> {
    let mut read = Parameters::new();
    for item in given {
        let (key, value) =
            (item.text("parameterKey").unwrap_or_default(), item.text("parameterValue").unwrap_or_default());
        check(key, value)?;
        if read.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(invalid(format!("The config parameter {key} is given more than once.")));
        }
    }
    if read.contains_key(QUEUES) && LIMITS.iter().any(|limit| read.contains_key(*limit)) {
        return Err(invalid(format!("You can't specify {QUEUES} together with query monitoring limits.")));
    }
    if read.get("use_fips_ssl").is_some_and(|value| value == "true")
        && read.get("require_ssl").is_some_and(|value| value == "false")
    {
        return Err(invalid("use_fips_ssl requires require_ssl to be true."));
    }
    Ok(read)
}

fn check(key: &str, value: &str) -> Result<(), Refusal> {
    let refuse = |needed: &str| {
        Err(invalid(format!(
            "The value '{value}' of the config parameter {key} isn't valid. It must be {needed}."
        )))
    };
    let is_known = ALWAYS.iter().any(|(known, _)| *known == key)
        || LIMITS.contains(&key)
        || FLAGS.contains(&key)
        || key == QUEUES;
    if !is_known {
        return Err(invalid(format!("The config parameter {key} isn't supported.")));
    }
    if FLAGS.contains(&key) && !matches!(value, "true" | "false") {
        return refuse("true or false");
    }
    if key == "max_query_execution_time"
        && !value.parse().is_ok_and(|seconds| (0..=LONGEST).contains(&seconds))
    {
        return refuse("0 to 86399 seconds");
    }
    if LIMITS.contains(&key) && !value.parse::<f64>().is_ok_and(|limit| limit >= 0.0) {
        return refuse("a number");
    }
    if key == QUEUES && serde_json::from_str::<Value>(value).is_err() {
        return refuse("JSON");
    }
    Ok(())
}
