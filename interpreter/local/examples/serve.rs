//! Serves a local cloud for development: `serve [--port P] [--data DIR] [--speed instant|real|N] [--faults FILE]`.
#![expect(clippy::print_stdout, reason = "the first line says where the cloud listens")]

use rsx_local::{Faults, LocalCloud, Options, serve};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut options = Options::default();
    let mut port = 0;
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--port" => port = value.parse()?,
            "--data" => options.data = Some(value.into()),
            "--speed" => options.speed = value.parse()?,
            "--faults" => options.faults = Faults::parse(&std::fs::read_to_string(value)?)?,
            "--seed" => options.seed = Some(value.parse()?),
            _ => return Err(format!("{name} is unknown").into()),
        }
    }
    let serving = serve(LocalCloud::open(options)?, port).await?;
    println!("rsx local cloud ready on http://{}", serving.addr());
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = terminated.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    serving.shutdown().await?;
    Ok(())
}
