//! The dimension tables: airports, aircraft, customers, days, flights.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::random::Random;
use super::{Site, text};
use crate::warehouse::decimal::Decimal;
use crate::warehouse::error::SqlError;
use crate::warehouse::types::SqlType;
use crate::warehouse::value::Value;

/// Code, name, city, country, latitude, longitude, hub.
type AirportRow = (&'static str, &'static str, &'static str, &'static str, f64, f64, bool);

const AIRPORTS: [AirportRow; 24] = [
    ("JFK", "John F. Kennedy International", "New York", "United States", 40.6413, -73.7781, true),
    ("LAX", "Los Angeles International", "Los Angeles", "United States", 33.9416, -118.4085, true),
    ("ORD", "O'Hare International", "Chicago", "United States", 41.9742, -87.9073, true),
    ("ATL", "Hartsfield-Jackson International", "Atlanta", "United States", 33.6407, -84.4277, true),
    ("DFW", "Dallas/Fort Worth International", "Dallas", "United States", 32.8998, -97.0403, true),
    ("DEN", "Denver International", "Denver", "United States", 39.8561, -104.6737, false),
    ("SFO", "San Francisco International", "San Francisco", "United States", 37.6213, -122.379, false),
    ("SEA", "Seattle-Tacoma International", "Seattle", "United States", 47.4502, -122.3088, false),
    ("MIA", "Miami International", "Miami", "United States", 25.7959, -80.287, false),
    ("BOS", "Logan International", "Boston", "United States", 42.3656, -71.0096, false),
    ("YYZ", "Toronto Pearson International", "Toronto", "Canada", 43.6777, -79.6248, false),
    ("YVR", "Vancouver International", "Vancouver", "Canada", 49.1967, -123.1815, false),
    ("LHR", "Heathrow", "London", "United Kingdom", 51.47, -0.4543, true),
    ("CDG", "Charles de Gaulle", "Paris", "France", 49.0097, 2.5479, false),
    ("FRA", "Frankfurt am Main", "Frankfurt", "Germany", 50.0379, 8.5622, true),
    ("MUC", "Munich", "Munich", "Germany", 48.3537, 11.775, false),
    ("AMS", "Schiphol", "Amsterdam", "Netherlands", 52.3105, 4.7683, false),
    ("MAD", "Barajas", "Madrid", "Spain", 40.4983, -3.5676, false),
    ("FCO", "Fiumicino", "Rome", "Italy", 41.8003, 12.2389, false),
    ("ZRH", "Zurich", "Zurich", "Switzerland", 47.4582, 8.5555, false),
    ("NRT", "Narita International", "Tokyo", "Japan", 35.772, 140.3929, false),
    ("SIN", "Changi", "Singapore", "Singapore", 1.3644, 103.9915, false),
    ("SYD", "Kingsford Smith", "Sydney", "Australia", -33.9399, 151.1753, false),
    ("GRU", "Guarulhos", "São Paulo", "Brazil", -23.4356, -46.4731, false),
];

/// An airport that flights go between.
pub(super) struct Airport {
    key: i64,
    latitude: f64,
    longitude: f64,
}

pub(super) fn airports(site: &Site<'_>) -> Result<Vec<Airport>, SqlError> {
    let mut table = site.table(
        "dim_airport",
        &[
            ("airport_key", SqlType::Int4),
            ("airport_code", SqlType::Char(3)),
            ("airport_name", text(100)),
            ("city", text(60)),
            ("country", text(60)),
            ("latitude", SqlType::Numeric(9, 4)),
            ("longitude", SqlType::Numeric(9, 4)),
            ("is_hub", SqlType::Bool),
        ],
    )?;
    let mut airports = Vec::new();
    for (key, (code, name, city, country, latitude, longitude, hub)) in (1i64..).zip(AIRPORTS) {
        let place = |degrees: f64| Value::Decimal(Decimal::whole((degrees * 10_000.0).round() as i64));
        table.add(&[&key, &code, &name, &city, &country, &place(latitude), &place(longitude), &hub])?;
        airports.push(Airport { key, latitude, longitude });
    }
    Ok(airports)
}

/// Manufacturer, model, seats, range in kilometres.
const MODELS: [(&str, &str, i64, i64); 6] = [
    ("Airbus", "A320neo", 180, 6300),
    ("Airbus", "A350-900", 325, 15_000),
    ("Boeing", "737 MAX 8", 178, 6570),
    ("Boeing", "787-9", 290, 14_140),
    ("Boeing", "777-300ER", 396, 13_650),
    ("Embraer", "E195-E2", 132, 4917),
];

/// An aircraft: its key and its seats.
pub(super) struct Aircraft {
    pub(super) key: i64,
    pub(super) seats: i64,
}

pub(super) fn aircraft(site: &Site<'_>) -> Result<Vec<Aircraft>, SqlError> {
    let mut table = site.table(
        "dim_aircraft",
        &[
            ("aircraft_key", SqlType::Int4),
            ("tail_number", text(10)),
            ("manufacturer", text(40)),
            ("model", text(40)),
            ("seat_capacity", SqlType::Int4),
            ("range_km", SqlType::Int4),
            ("in_service_date", SqlType::Date),
            ("is_active", SqlType::Bool),
        ],
    )?;
    let mut random = Random::new(11);
    let mut fleet = Vec::new();
    for (key, (manufacturer, model, seats, range)) in (1i64..=60).zip(MODELS.iter().cycle()) {
        let tail = format!("N{}RX", 100 + key);
        let service = date(2010, 1, 1).saturating_add(random.below(4700).days()).to_string();
        let active = key % 20 != 0;
        table.add(&[&key, &tail, manufacturer, model, seats, range, &service, &active])?;
        fleet.push(Aircraft { key, seats: *seats });
    }
    Ok(fleet)
}

const FIRST: [&str; 16] = [
    "Ana", "Ben", "Chloe", "David", "Emma", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kira", "Liam",
    "Maya", "Noah", "Olga", "Priya",
];
const LAST: [&str; 16] = [
    "Adams", "Becker", "Chen", "Dubois", "Evans", "Fischer", "Garcia", "Haddad", "Ito", "Jensen", "Kowalski",
    "Lopez", "Müller", "Nguyen", "Okafor", "Patel",
];
const COUNTRIES: [&str; 8] =
    ["United States", "Canada", "United Kingdom", "Germany", "France", "Japan", "Brazil", "Australia"];
const CUSTOMERS: i64 = 8000;

/// Fills the customers and gives their number; keys begin at 1.
pub(super) fn customers(site: &Site<'_>) -> Result<i64, SqlError> {
    let mut table = site.table(
        "dim_customer",
        &[
            ("customer_key", SqlType::Int4),
            ("first_name", text(40)),
            ("last_name", text(40)),
            ("email", text(120)),
            ("country", text(60)),
            ("loyalty_tier", text(10)),
            ("loyalty_points", SqlType::Int4),
            ("member_since", SqlType::Date),
        ],
    )?;
    let mut random = Random::new(23);
    for key in 1..=CUSTOMERS {
        let first = random.pick(&FIRST);
        let last = random.pick(&LAST);
        let email = format!("customer{key}@example.com");
        let country = random.pick(&COUNTRIES);
        let points = random.below(1000) * random.below(1000) / 8;
        let tier = match points {
            ..5_000 => "Basic",
            5_000..25_000 => "Silver",
            25_000..70_000 => "Gold",
            _ => "Platinum",
        };
        let since = date(2012, 1, 1).saturating_add(random.below(4000).days()).to_string();
        table.add(&[&key, &first, &last, &email, &country, &tier, &points, &since])?;
    }
    Ok(CUSTOMERS)
}

/// A day: its key (`20240131`) and its date.
pub(super) struct Day {
    pub(super) key: i64,
    pub(super) date: Date,
}

/// The days of 2023 and 2024.
pub(super) fn days(site: &Site<'_>) -> Result<Vec<Day>, SqlError> {
    let mut table = site.table(
        "dim_date",
        &[
            ("date_key", SqlType::Int4),
            ("full_date", SqlType::Date),
            ("year", SqlType::Int2),
            ("quarter", SqlType::Int2),
            ("month", SqlType::Int2),
            ("month_name", text(10)),
            ("day", SqlType::Int2),
            ("day_name", text(10)),
            ("is_weekend", SqlType::Bool),
        ],
    )?;
    let mut days = Vec::new();
    for date in date(2023, 1, 1).series(1.day()).take(731) {
        let (year, month, day) = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
        let key = year * 10_000 + month * 100 + day;
        let month_name = date.strftime("%B").to_string();
        let day_name = date.strftime("%A").to_string();
        let weekend = date.weekday().to_monday_zero_offset() >= 5;
        let quarter = (month - 1) / 3 + 1;
        table.add(&[
            &key,
            &date.to_string(),
            &year,
            &quarter,
            &month,
            &month_name,
            &day,
            &day_name,
            &weekend,
        ])?;
        days.push(Day { key, date });
    }
    Ok(days)
}

/// A flight of the timetable.
pub(super) struct Route {
    pub(super) key: i64,
    pub(super) distance: i64,
    /// Minutes after midnight.
    pub(super) departure: i64,
}

const ROUTES: i64 = 240;

pub(super) fn flights(site: &Site<'_>, airports: &[Airport]) -> Result<Vec<Route>, SqlError> {
    let mut table = site.table(
        "dim_flight",
        &[
            ("flight_key", SqlType::Int4),
            ("flight_number", text(8)),
            ("origin_airport_key", SqlType::Int4),
            ("destination_airport_key", SqlType::Int4),
            ("distance_km", SqlType::Int4),
            ("duration_minutes", SqlType::Int4),
            ("scheduled_departure", SqlType::Time),
        ],
    )?;
    let mut random = Random::new(37);
    let mut routes = Vec::new();
    while let Ok(key) = i64::try_from(routes.len() + 1)
        && key <= ROUTES
    {
        let (Some(from), Some(to)) = (random.pick(airports), random.pick(airports)) else {
            break;
        };
        if from.key == to.key {
            continue;
        }
        let distance = distance(from, to);
        let duration = 35 + distance * 60 / 850;
        let departure = random.between(60, 275) * 5;
        let number = format!("RX{}", 100 + key);
        let clock = format!("{:02}:{:02}:00", departure / 60, departure % 60);
        table.add(&[&key, &number, &from.key, &to.key, &distance, &duration, &clock])?;
        routes.push(Route { key, distance, departure });
    }
    Ok(routes)
}

/// The great circle in kilometres.
fn distance(a: &Airport, b: &Airport) -> i64 {
    let (lat1, lat2) = (a.latitude.to_radians(), b.latitude.to_radians());
    let half_lat = (lat2 - lat1) / 2.0;
    let half_lon = (b.longitude - a.longitude).to_radians() / 2.0;
    let h = half_lat.sin().powi(2) + lat1.cos() * lat2.cos() * half_lon.sin().powi(2);
    (2.0 * 6371.0 * h.sqrt().asin()).round() as i64
}
