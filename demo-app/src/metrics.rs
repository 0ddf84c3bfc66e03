//! What is counted in this process, as Prometheus reads it.

use std::sync::LazyLock;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::task::JoinHandle;

/// Seconds: from an issuer next door to one that is about to be given up.
const BUCKETS: [f64; 9] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.0];
/// How often times that nobody scraped are put together.
const UPKEEP: Duration = Duration::from_secs(5);

/// There is one recorder in a process, however many demos a test starts in it.
static HANDLE: LazyLock<Option<PrometheusHandle>> = LazyLock::new(|| match install() {
    Ok(handle) => handle,
    Err(error) => {
        tracing::warn!(%error, "nothing is counted");
        None
    }
});

/// Begins to count, and to keep what is counted small.
pub(crate) fn start() -> JoinHandle<()> {
    let handle = HANDLE.as_ref();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(UPKEEP);
        loop {
            ticks.tick().await;
            handle.inspect(|handle| handle.run_upkeep());
        }
    })
}

/// All that was counted, in Prometheus' text format.
pub(crate) fn render() -> String {
    HANDLE.as_ref().map(PrometheusHandle::render).unwrap_or_default()
}

/// `None` where another part of the process has a recorder already.
fn install() -> Result<Option<PrometheusHandle>, BuildError> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &BUCKETS)?;
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    Ok(metrics::set_global_recorder(recorder).is_ok().then_some(handle))
}
