//! The command line of rsx.
