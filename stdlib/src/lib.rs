//! The library of rsx, as embedded sources.
