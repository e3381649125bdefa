//! Every limit of the library against the service's, by values at its edges and with every character.
//!
//! `tests/data/service-limits.json` has the service's; what is the library's own says so here, with its reason.

use std::collections::BTreeSet;
use std::fs;

use libtest_mimic::Failed;
use regex::Regex;
use serde_json::Value;

use super::none;
use crate::{console, root};

/// Types without a limit of the service.
const OURS: [(&str, &str); 8] = [
    ("TableName", "two identifiers with a dot"),
    ("SettingCount", "the service's model names no bound; its reference's highest is 999,999,999,999,999"),
    ("SettingPercent", "the service's model names no bound"),
    ("Statements", "SQL, which the service reads for itself"),
    ("WholeSeconds", "a Duration that is sent as a whole number"),
    ("AccountId", "twelve digits, by what an account is"),
    ("SnapshotArn", "RestoreFromSnapshot takes any text and looks for it"),
    ("SnapshotName", "RestoreFromSnapshot takes any text and looks for it"),
];

/// Ranges written at a field, and where the service's stand; none for the library's own.
const RANGES: [(&str, Option<&str>); 8] = [
    ("port", Some("/nlb/target_group/port")),
    ("drain", Some("/nlb/target_group_attributes/deregistration_delay.timeout_seconds")),
    ("idle_timeout", Some("/nlb/listener_attributes/tcp.idle_timeout.seconds")),
    ("every", Some("/nlb/health_check/interval_s")),
    ("healthy", Some("/nlb/health_check/healthy")),
    ("unhealthy", Some("/nlb/health_check/unhealthy")),
    // How many members a pool has is a matter of quotas; the bound keeps a slip of the pen from expanding.
    ("count", None),
    ("per_day", None),
];

/// A value of a type, and whether the service would take it.
struct Probe {
    ty: &'static str,
    literal: String,
    is_taken: bool,
}

/// The service's limits.
struct Service(Value);

/// Every refined type takes what the service takes, and nothing else.
pub(super) fn types() -> Result<(), Failed> {
    let probes = probes(&Service::read()?);
    let probed: BTreeSet<_> = probes.iter().map(|probe| probe.ty).chain(OURS.map(|(ty, _)| ty)).collect();
    let lines = || rsx_stdlib::FILES.iter().flat_map(|(_, text)| text.lines());
    let refined =
        lines().filter(|line| line.ends_with(" where {")).filter_map(|line| line.strip_prefix("type "));
    let refined: BTreeSet<_> = refined.map(|line| line.split(' ').next().unwrap()).collect();
    let mut wrong: Vec<_> =
        refined.symmetric_difference(&probed).map(|ty| format!("{ty} is on one side only")).collect();

    let spec: String = probes
        .iter()
        .enumerate()
        .map(|(n, probe)| format!("let probe_{n}: {} = {}\n", probe.ty, probe.literal))
        .collect();
    let refused = refused_lines(&spec)?;
    for (line, probe) in (1..).zip(&probes) {
        if refused.contains(&line) == probe.is_taken {
            let whose = if probe.is_taken { "the service alone takes" } else { "the library alone takes" };
            let literal: String = probe.literal.chars().take(60).collect();
            wrong.push(format!(
                "{}: {whose} {literal} ({} characters)",
                probe.ty,
                probe.literal.chars().count() - 2
            ));
        }
    }
    none("types", wrong)
}

/// Every range that is written at a field is the service's.
pub(super) fn ranges() -> Result<(), Failed> {
    let service = Service::read()?;
    let written =
        Regex::new(r"(\w+): +(?:Int|Duration|WholeSeconds)\((\d+)(h|s)?\.\.(\d+)(?:h|s)?\)").unwrap();
    let mut wrong = Vec::new();
    let mut met = BTreeSet::new();
    for (file, text) in rsx_stdlib::FILES {
        for found in written.captures_iter(text) {
            let (field, from, to) = (&found[1], found[2].parse().unwrap(), found[4].parse().unwrap());
            met.insert(field.to_owned());
            match RANGES.iter().find(|(name, _)| *name == field) {
                None => wrong.push(format!("{file}: the range of `{field}` is held to nothing")),
                Some((_, Some(pointer))) if service.range(pointer) != (from, to) => {
                    wrong.push(format!(
                        "{file}: `{field}` is {from}..{to}, the service has {:?}",
                        service.range(pointer)
                    ));
                }
                Some(_) => {}
            }
        }
    }
    wrong.extend(
        RANGES
            .iter()
            .filter(|(name, _)| !met.contains(*name))
            .map(|(name, _)| format!("no `{name}` has a range")),
    );
    none("ranges", wrong)
}

/// Every capacity from 1 to 1100 exists where the service has it, and nowhere else.
pub(super) fn capacities() -> Result<(), Failed> {
    let service = Service::read()?;
    let list = |pointer: &str| -> BTreeSet<u64> {
        service.at(pointer).as_array().unwrap().iter().map(|one| one.as_u64().unwrap()).collect()
    };
    let everywhere = list("/redshift_serverless/baseCapacity/one_of");
    let in_some = list("/redshift_serverless/baseCapacity/extended_one_of");
    let large = service.at("/redshift_serverless/baseCapacity/extended_regions").as_array().unwrap().clone();
    let mut wrong = Vec::new();
    for region in
        ["us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "us-west-1", "ap-northeast-1"]
    {
        let is_large = large.iter().any(|one| one == region);
        let mut spec = format!("stack s {{ region = \"{region}\" }} network main {{ cidr = 10.0.0.0/16 }}\n");
        spec = spec.replace("} network", "}\nnetwork");
        let first = spec.lines().count() as u64;
        for size in 1..=1100 {
            spec.push_str(&format!(
                "consumer c{size} {{ network = main, capacity = {size}rpu..{size}rpu }}\n"
            ));
        }
        let refused = refused_lines(&spec)?;
        for size in 1..=1100 {
            let is_there = everywhere.contains(&size) || (is_large && in_some.contains(&size));
            if refused.contains(&(first + size)) == is_there {
                wrong.push(format!(
                    "{size}rpu in {region}: the service {}",
                    if is_there { "has it" } else { "lacks it" }
                ));
            }
        }
    }
    none("capacities", wrong)
}

fn probes(service: &Service) -> Vec<Probe> {
    let mut all = Vec::new();
    let redshift = |name: &str| format!("/redshift_serverless/{name}");

    let namespace = redshift("namespaceName");
    // What the Data API can't name is of no use.
    let longest = service
        .number(&format!("{namespace}/max"))
        .min(service.number("/redshift_data/WorkgroupName/plain_max"));
    let shortest = service.number(&format!("{namespace}/min"));
    texts(
        &mut all,
        "NamespaceName",
        (shortest, longest),
        &service.text(&format!("{namespace}/pattern")),
        None,
    );
    let database = redshift("dbName");
    let to = service.number(&format!("{database}/max"));
    texts(&mut all, "DatabaseName", (1, to), &service.text(&format!("{database}/pattern")), None);
    let sql = service.number("/datashare_sql/identifier/max_bytes");
    let user = service.text(&redshift("adminUsername/pattern"));
    texts(&mut all, "UserName", (1, sql), &user, None);
    texts(&mut all, "LoginName", (1, sql), &user.replace("A-Z", ""), None);
    // Names in SQL are folded to lower case, so they are written in it.
    let folded = service.text("/datashare_sql/identifier/pattern_ascii").replace("A-Z", "");
    texts(&mut all, "Identifier", (1, sql), &folded, None);
    texts(&mut all, "SchemaName", (1, sql), &folded, None);
    texts(
        &mut all,
        "SettingText",
        (1, service.number(&redshift("configParameters/value_max"))),
        "^.+$",
        None,
    );
    // The language has no classes of characters, so of letters it takes those of ASCII alone.
    let in_ascii = service.text("/tag_value/pattern").replace(r"\p{L}\p{Z}\p{N}", "A-Za-z0-9 ");
    texts(&mut all, "TagValue", (0, service.number("/tag_value/max")), &in_ascii, None);
    named(&mut all, service, "BalancerName", "/nlb/name", None);
    // This one is made by rsx, of names that are checked already; its characters are not asked for again.
    named(&mut all, service, "SecurityGroupName", "/vpc/security_group_name", Some("^.+$"));
    named(&mut all, service, "SecretName", "/secretsmanager/secret_name", None);
    named(&mut all, service, "KeyAlias", "/kms/alias", None);

    let days = service.range(&redshift("retentionPeriodDays"));
    numbers(&mut all, "SnapshotRetention", "d", &[days]);
    let seconds = service.range(&redshift("configParameters/keys/max_query_execution_time"));
    numbers(&mut all, "Seconds", "s", &[seconds]);
    let ports = service.at(&redshift("port/ranges")).as_array().unwrap().iter().map(pair).collect::<Vec<_>>();
    numbers(&mut all, "RedshiftPort", "", &ports);
    prefixes(&mut all, "VpcCidr", service.range("/vpc/vpc_cidr_prefix"));
    prefixes(&mut all, "SubnetCidr", service.range("/vpc/subnet_cidr_prefix"));
    passwords(&mut all, service);
    date_styles(&mut all, service);
    all
}

/// A text whose length and pattern stand at one place, with a beginning that the service puts before it or refuses.
fn named(all: &mut Vec<Probe>, service: &Service, ty: &'static str, pointer: &str, instead: Option<&str>) {
    let word = |name: &str| {
        service.0.pointer(&format!("{pointer}/{name}")).and_then(Value::as_str).unwrap_or_default()
    };
    let prefix = word("prefix");
    let refused = word("not_prefix").strip_prefix(prefix).filter(|refused| !refused.is_empty());
    let max = service.number(&format!("{pointer}/max")) - prefix.len() as u64;
    texts(all, ty, (1, max), instead.unwrap_or_else(|| word("pattern")), refused);
}

/// Lengths at the edges, and every character of ASCII and some beyond at the beginning, in the middle, at the end.
fn texts(
    all: &mut Vec<Probe>,
    ty: &'static str,
    (min, max): (u64, u64),
    pattern: &str,
    not_prefix: Option<&str>,
) {
    let pattern = Regex::new(pattern).unwrap();
    let mut add = |text: String| {
        let length = text.chars().count() as u64;
        let begins_well = not_prefix.is_none_or(|prefix| !text.starts_with(prefix));
        let is_taken =
            (min..=max).contains(&length) && (text.is_empty() || pattern.is_match(&text)) && begins_well;
        all.push(Probe { ty, literal: quoted(&text), is_taken });
    };
    for length in [min.saturating_sub(1), min, max, max + 1] {
        add("a".repeat(usize::try_from(length).unwrap()));
    }
    let fill = "a".repeat(usize::try_from(min.max(1)).unwrap());
    for c in (' '..='~').chain(['ß', 'é', 'λ', '表', '😀']) {
        add(format!("{c}{fill}"));
        add(format!("{fill}{c}{fill}"));
        add(format!("{fill}{c}"));
    }
    if let Some(prefix) = not_prefix {
        add(format!("{prefix}{fill}"));
        add(format!("{fill}{prefix}{fill}"));
    }
}

fn numbers(all: &mut Vec<Probe>, ty: &'static str, unit: &str, ranges: &[(u64, u64)]) {
    for number in ranges.iter().flat_map(|&(from, to)| [from.wrapping_sub(1), from, to, to + 1]) {
        let is_taken = ranges.iter().any(|&(from, to)| (from..=to).contains(&number));
        if number != u64::MAX {
            all.push(Probe { ty, literal: format!("{number}{unit}"), is_taken });
        }
    }
}

fn prefixes(all: &mut Vec<Probe>, ty: &'static str, (from, to): (u64, u64)) {
    let probe =
        |length| Probe { ty, literal: format!("10.0.0.0/{length}"), is_taken: (from..=to).contains(&length) };
    all.extend((8..=32).map(probe));
}

fn passwords(all: &mut Vec<Probe>, service: &Service) {
    let (ty, at) = ("Password", "/redshift_serverless/adminUserPassword");
    let (min, max) = service.range(at);
    let forbidden: Vec<_> = service.at(&format!("{at}/forbidden")).as_array().unwrap().clone();
    for length in [min - 1, min, max, max + 1] {
        let text = format!("Aa1{}", "x".repeat(usize::try_from(length).unwrap() - 3));
        all.push(Probe { ty, literal: quoted(&text), is_taken: (min..=max).contains(&length) });
    }
    for (text, is_taken) in
        [("aaaaaaa1", false), ("AAAAAAA1", false), ("Aaaaaaaa", false), ("Aaaaaaa1", true)]
    {
        all.push(Probe { ty, literal: quoted(text), is_taken });
    }
    for c in (' '..='~').chain(['ß', '😀']) {
        let is_taken = ('!'..='~').contains(&c) && !forbidden.iter().any(|word| word == &c.to_string());
        all.push(Probe { ty, literal: quoted(&format!("Aa1xxxx{c}")), is_taken });
    }
}

fn date_styles(all: &mut Vec<Probe>, service: &Service) {
    let words = |name: &str| -> Vec<String> {
        let list = service.at(&format!("/redshift_serverless/configParameters/keys/datestyle/{name}"));
        list.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let mut add = |text: &str, is_taken| all.push(Probe { ty: "DateStyle", literal: quoted(text), is_taken });
    for format in words("formats").iter().chain([&"EUROPEAN".to_owned()]) {
        let is_known = words("formats").contains(format);
        add(format, is_known);
        words("orders").iter().for_each(|order| add(&format!("{format}, {order}"), is_known));
        add(&format!("{format}, MYD"), false);
    }
}

/// Writes a text as the language does.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$"))
}

/// Returns the lines of a spec that `rsx check` calls wrong.
fn refused_lines(spec: &str) -> Result<BTreeSet<u64>, Failed> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("probes.rsx"), spec)?;
    let output = console::rsx(folder.path()).args(["check", "probes.rsx", "--format", "json"]).output()?;
    let object: Value = serde_json::from_slice(&output.stdout)?;
    let errors = object["diagnostics"].as_array().unwrap().iter().filter(|one| one["severity"] == "error");
    Ok(errors.map(|one| one["labels"][0]["start"]["line"].as_u64().unwrap()).collect())
}

impl Service {
    fn read() -> Result<Self, Failed> {
        let text = fs::read_to_string(root().join("tests/data/service-limits.json"))?;
        Ok(Self(serde_json::from_str::<Value>(&text)?["extra_constraints"].take()))
    }

    fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or_else(|| panic!("service-limits.json has no {pointer}"))
    }

    fn number(&self, pointer: &str) -> u64 {
        self.at(pointer).as_u64().unwrap()
    }

    fn text(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap().to_owned()
    }

    /// Returns a range, written as `[from, to]` or `{"min": from, "max": to}`.
    fn range(&self, pointer: &str) -> (u64, u64) {
        let at = self.at(pointer);
        if at.is_array() { pair(at) } else { (at["min"].as_u64().unwrap(), at["max"].as_u64().unwrap()) }
    }
}

fn pair(value: &Value) -> (u64, u64) {
    (value[0].as_u64().unwrap(), value[1].as_u64().unwrap())
}
