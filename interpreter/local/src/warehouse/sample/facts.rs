//! The fact tables: flights flown and bookings made.

use jiff::ToSpan;
use jiff::civil::DateTime;

use super::dimensions::{Aircraft, Day, Route};
use super::random::Random;
use super::{MONEY, Site, text};
use crate::warehouse::decimal::Decimal;
use crate::warehouse::error::SqlError;
use crate::warehouse::instant;
use crate::warehouse::types::SqlType;
use crate::warehouse::value::Value;

const FLIGHTS_A_DAY: i64 = 20;

pub(super) fn flights(
    site: &Site<'_>,
    routes: &[Route],
    days: &[Day],
    fleet: &[Aircraft],
) -> Result<(), SqlError> {
    let mut table = site.table(
        "fact_flights",
        &[
            ("flight_fact_key", SqlType::Int8),
            ("flight_key", SqlType::Int4),
            ("aircraft_key", SqlType::Int4),
            ("date_key", SqlType::Int4),
            ("departed_at", SqlType::Timestamp),
            ("departure_delay_minutes", SqlType::Int4),
            ("arrival_delay_minutes", SqlType::Int4),
            ("passengers", SqlType::Int4),
            ("is_cancelled", SqlType::Bool),
        ],
    )?;
    let mut random = Random::new(53);
    let mut key = 0i64;
    for day in days {
        for _ in 0..FLIGHTS_A_DAY {
            key += 1;
            let (Some(route), Some(plane)) = (random.pick(routes), random.pick(fleet)) else {
                continue;
            };
            let cancelled = random.percent(2);
            let late = if random.percent(70) { 0 } else { random.between(1, 150) };
            let arrival = (late + random.between(-15, 10)).max(-15);
            let passengers = plane.seats * random.between(55, 100) / 100;
            let minutes = route.departure + late;
            let departed = DateTime::from(day.date).saturating_add(minutes.minutes());
            let departed = (!cancelled).then(|| instant::timestamp_text(departed));
            let flown = |n: i64| (!cancelled).then_some(n);
            table.add(&[
                &key,
                &route.key,
                &plane.key,
                &day.key,
                &departed,
                &flown(late),
                &flown(arrival),
                &flown(passengers).unwrap_or(0),
                &cancelled,
            ])?;
        }
    }
    Ok(())
}

const BOOKINGS: i64 = 120_000;
const CHANNELS: [&str; 5] = ["Web", "Mobile", "Agency", "Partner", "Phone"];

/// Class, its share in a hundred, its price as a multiple in a hundred.
const CABINS: [(&str, i64, i64); 4] =
    [("Economy", 78, 100), ("Premium Economy", 10, 160), ("Business", 10, 320), ("First", 2, 550)];

pub(super) fn bookings(
    site: &Site<'_>,
    routes: &[Route],
    days: &[Day],
    customers: i64,
) -> Result<(), SqlError> {
    let mut table = site.table(
        "fact_bookings",
        &[
            ("booking_key", SqlType::Int8),
            ("booking_reference", SqlType::Char(6)),
            ("customer_key", SqlType::Int4),
            ("flight_key", SqlType::Int4),
            ("booking_date_key", SqlType::Int4),
            ("travel_date_key", SqlType::Int4),
            ("cabin_class", text(20)),
            ("passenger_count", SqlType::Int2),
            ("base_fare", MONEY),
            ("taxes", MONEY),
            ("total_amount", MONEY),
            ("booking_channel", text(10)),
            ("booking_status", text(12)),
        ],
    )?;
    let mut random = Random::new(71);
    let last_day = i64::try_from(days.len()).unwrap_or(1) - 1;
    let day = |n: i64| usize::try_from(n).ok().and_then(|n| days.get(n)).map(|d| d.key);
    for key in 1..=BOOKINGS {
        let Some(route) = random.pick(routes) else {
            break;
        };
        let customer = 1 + random.below(customers);
        let booked = random.below(last_day);
        let travel = (booked + random.between(0, 120)).min(last_day);
        let (cabin, multiple) = cabin(random.below(100));
        let party = if random.percent(65) { 1 } else { random.between(2, 5) };
        let cents = (4000 + route.distance * random.between(5, 14)) * multiple / 100 * party;
        let tax = cents * 12 / 100 + 560 * party;
        let status = match random.below(100) {
            0..88 => "Confirmed",
            88..95 => "Cancelled",
            _ => "Refunded",
        };
        let money = |cents: i64| Value::Decimal(Decimal::whole(cents));
        table.add(&[
            &key,
            &reference(key),
            &customer,
            &route.key,
            &day(booked),
            &day(travel),
            &cabin,
            &party,
            &money(cents),
            &money(tax),
            &money(cents + tax),
            &random.pick(&CHANNELS),
            &status,
        ])?;
    }
    Ok(())
}

fn cabin(roll: i64) -> (&'static str, i64) {
    let mut edge = 0;
    for (name, share, multiple) in CABINS {
        edge += share;
        if roll < edge {
            return (name, multiple);
        }
    }
    ("Economy", 100)
}

/// Six letters and digits, different for every booking.
fn reference(key: i64) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    // 32^6 places; an odd factor spreads the keys over them without meeting.
    let mut n = u64::try_from(key).unwrap_or(0).wrapping_mul(48_271_117) % (1 << 30);
    let mut out = String::with_capacity(6);
    for _ in 0..6 {
        let letter = LETTERS.get(usize::try_from(n % 32).unwrap_or(0));
        out.push(letter.map_or('A', |b| char::from(*b)));
        n /= 32;
    }
    out
}
