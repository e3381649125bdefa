//! The session's parameters: SET, RESET, SHOW.

use indexmap::IndexMap;

use crate::warehouse::error::SqlError;

/// Parameters that differ from their defaults.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    changed: IndexMap<String, Vec<String>>,
}

/// Parameters that a client may read or set, with their defaults.
const KNOWN: [(&str, &str); 26] = [
    ("analyze_threshold_percent", "10"),
    ("application_name", ""),
    ("bytea_output", "hex"),
    ("client_encoding", "UTF8"),
    ("client_min_messages", "notice"),
    ("datestyle", "ISO, MDY"),
    ("default_transaction_isolation", "serializable"),
    ("describe_field_name_in_uppercase", "off"),
    ("enable_case_sensitive_identifier", "off"),
    ("enable_result_cache_for_session", "on"),
    ("extra_float_digits", "0"),
    ("integer_datetimes", "on"),
    ("intervalstyle", "postgres"),
    ("is_superuser", "off"),
    ("max_identifier_length", "127"),
    ("query_group", "default"),
    ("search_path", "\"$user\", public"),
    ("server_encoding", "UTF8"),
    ("server_version", "8.0.2"),
    ("session_authorization", ""),
    ("standard_conforming_strings", "on"),
    ("statement_timeout", "0"),
    ("timezone", "UTC"),
    ("transaction_isolation", "serializable"),
    ("wlm_query_slot_count", "1"),
    ("use_fips_ssl", "false"),
];

/// Parameters that only the service sets.
const READ_ONLY: [&str; 6] = [
    "integer_datetimes",
    "is_superuser",
    "max_identifier_length",
    "server_encoding",
    "server_version",
    "use_fips_ssl",
];

impl Settings {
    pub(crate) fn set(&mut self, name: &str, values: Vec<String>) -> Result<(), SqlError> {
        self.default_of(name)?;
        if READ_ONLY.contains(&name) {
            let message = format!("parameter \"{name}\" cannot be changed");
            return Err(SqlError::new("55P02", message));
        }
        let on = values.first().is_some_and(|v| v == "on" || v == "true");
        if name == "enable_case_sensitive_identifier" && on {
            return Err(SqlError::unsupported("enable_case_sensitive_identifier = on"));
        }
        if name == "timezone"
            && !matches!(values.first().map(String::as_str), Some("utc" | "UTC" | "Etc/UTC" | "gmt" | "GMT"))
        {
            return Err(SqlError::unsupported("a time zone other than UTC"));
        }
        self.changed.insert(name.to_owned(), values);
        Ok(())
    }

    pub(crate) fn reset(&mut self, name: &str) -> Result<(), SqlError> {
        if name == "all" {
            self.changed.clear();
            return Ok(());
        }
        self.default_of(name)?;
        self.changed.shift_remove(name);
        Ok(())
    }

    /// The value as SHOW writes it.
    pub(crate) fn show(&self, name: &str) -> Result<String, SqlError> {
        let default = self.default_of(name)?;
        Ok(self.changed.get(name).map_or_else(|| default.to_owned(), |values| values.join(", ")))
    }

    /// The schemas in which unqualified names are looked up, in order.
    pub(crate) fn search_path(&self, user: &str) -> Vec<String> {
        match self.changed.get("search_path") {
            Some(values) => values
                .iter()
                .map(|name| name.trim_matches(['"', '\'']).to_lowercase())
                .map(|name| if name == "$user" { user.to_owned() } else { name })
                .collect(),
            None => vec![user.to_owned(), "public".to_owned()],
        }
    }

    fn default_of(&self, name: &str) -> Result<&'static str, SqlError> {
        KNOWN.iter().find(|(known, _)| *known == name).map(|(_, default)| *default).ok_or_else(|| {
            let message = format!("unrecognized configuration parameter \"{name}\"");
            SqlError::new("42704", message)
        })
    }
}
