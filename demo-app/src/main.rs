//! Starts the demo, says where it listens, and ends it on Ctrl-C or SIGTERM.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use demo_app::{Demo, Settings, StartError};
use tracing_subscriber::EnvFilter;

#[actix_web::main]
async fn main() -> ExitCode {
    log_to_stderr();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing else can be done when there is nobody to tell.
            let _ = writeln!(io::stderr(), "demo-app: {error}");
            ExitCode::FAILURE
        }
    }
}

fn log_to_stderr() {
    // The server's own messages repeat what the banner says.
    let default = || EnvFilter::new("info,actix_server=warn");
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| default());
    let colours = io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(colours)
        .init();
}

async fn run() -> Result<(), StartError> {
    let mut demo = Demo::start(Settings::from_env()?).await?;
    let mut output = io::stdout();
    // A closed pipe is no reason not to serve.
    let _ = write!(output, "{}", demo.banner()).and_then(|()| output.flush());
    tokio::select! {
        ended = demo.ended() => ended?,
        signal = told_to_end() => signal?,
    }
    tracing::info!("ending");
    demo.stop().await;
    Ok(())
}

/// Waits for Ctrl-C, or for SIGTERM where there is one.
async fn told_to_end() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
