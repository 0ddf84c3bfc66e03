//! Everything that is logged in this process, by whatever crate, at whatever level.

use std::fmt::{Debug, Write};
use std::sync::{Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

/// One event, span or panic.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) target: String,
    pub(crate) text: String,
}

/// Starts to capture, once for the process.
pub(crate) fn start() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::registry().with(Capture);
        tracing::subscriber::set_global_default(subscriber).expect("the only subscriber");
        // Crates that log without `tracing`.
        tracing_log::LogTracer::init().expect("the only logger");
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            keep("panic", panic.to_string());
            report(panic);
        }));
    });
}

/// All that was captured so far.
pub(crate) fn lines() -> Vec<Line> {
    LINES.lock().expect("a lock").clone()
}

fn keep(target: &str, text: String) {
    let target = target.to_owned();
    LINES.lock().expect("a lock").push(Line { target, text });
}

struct Capture;

impl<S: Subscriber> Layer<S> for Capture {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut text = Text::default();
        event.record(&mut text);
        keep(event.metadata().target(), text.0);
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut text = Text(attributes.metadata().name().to_owned());
        attributes.record(&mut text);
        keep(attributes.metadata().target(), text.0);
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut text = Text::default();
        values.record(&mut text);
        keep("span", text.0);
    }
}

/// The fields as a subscriber that escapes nothing would write them.
#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = write!(self.0, " {field}={value}");
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}
