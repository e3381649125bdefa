//! A cloud on loopback that speaks the protocols of AWS and PostgreSQL.
