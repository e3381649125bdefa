//! What editors ask, one file each: functions of a snapshot, a file and an offset to plain data.

pub mod diagnostics;
pub mod pages;
