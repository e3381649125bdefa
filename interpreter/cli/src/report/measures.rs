//! Times and money as people read them.

use rsx_lang::value::Value;

/// Writes seconds: `0.3s`, `12s`, `2min 5s`, `1h 3min`.
pub(crate) fn time(seconds: f64) -> String {
    let tenths = (seconds * 10.0).round() / 10.0;
    if tenths < 10.0 {
        return format!("{tenths}s");
    }
    let whole = seconds.round();
    let (hours, minutes, seconds) = ((whole / 3600.0).floor(), (whole % 3600.0 / 60.0).floor(), whole % 60.0);
    let parts = [(hours, "h"), (minutes, "min"), (seconds, "s")];
    let shown = parts.iter().skip_while(|(n, _)| *n == 0.0).take(2).filter(|(n, _)| *n > 0.0);
    shown.map(|(n, unit)| format!("{n}{unit}")).collect::<Vec<_>>().join(" ")
}

/// Writes US dollars with their sign if they are a difference below nothing: `2880.00usd`, `-16.43usd`.
pub(crate) fn money(usd: f64) -> String {
    format!("{usd:.2}usd")
}

/// Returns a quantity in its first unit, to the cent: it is only shown.
pub(crate) fn amount(value: &Value) -> Option<f64> {
    let cents = (value.as_number()? * 100).round().to_integer();
    #[expect(clippy::cast_precision_loss, reason = "an amount that is only shown")]
    Some(cents as f64 / 100.0)
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_have_at_most_two_parts() {
        assert_eq!(time(0.34), "0.3s");
        assert_eq!(time(3.0), "3s");
        assert_eq!(time(125.0), "2min 5s");
        assert_eq!(time(3780.0), "1h 3min");
        assert_eq!(time(7200.0), "2h");
    }
}
