//! The `rsx` command.

fn main() -> std::process::ExitCode {
    rsx::main()
}
