//! The `rsx` command.

fn main() {}
