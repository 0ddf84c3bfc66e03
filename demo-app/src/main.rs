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
    // Before anything is said: whoever reads the banner may send a signal at once.
    let mut signals = EndSignals::listen()?;
    let mut demo = tokio::select! {
        started = Demo::start(Settings::from_env()?) => started?,
        () = signals.received() => return Ok(()),
    };
    let mut output = io::stdout();
    // A closed pipe is no reason not to serve.
    let _ = write!(output, "{}", demo.banner()).and_then(|()| output.flush());
    tokio::select! {
        ended = demo.ended() => ended?,
        () = signals.received() => {}
    }
    tracing::info!("ending");
    demo.stop().await;
    Ok(())
}

/// Ctrl-C and SIGTERM, from the moment they are listened for.
#[cfg(unix)]
struct EndSignals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl EndSignals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl-C, where there are no signals.
#[cfg(windows)]
struct EndSignals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl EndSignals {
    fn listen() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn received(&mut self) {
        self.0.recv().await;
    }
}
