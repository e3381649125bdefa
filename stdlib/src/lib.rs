//! The library of rsx, as embedded sources.

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

/// The library's files in the order of their names: what each is called, such as `std/network/vpc.rsx`, and its text.
pub const FILES: &[(&str, &str)] = embedded::FILES;

/// The pages of the codes that Rust reports: the code, such as `rsx::name::cycle`, and its page in Markdown.
pub const CODES: &[(&str, &str)] = embedded::CODES;

/// The pages of the words of the language: the word, such as `param`, and its page in Markdown.
pub const WORDS: &[(&str, &str)] = embedded::WORDS;
