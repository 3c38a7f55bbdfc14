//! What the system asks of the program: to end, to fit another size, or to stop for a while.

/// What the system asks.
pub(super) enum Asked {
    /// To end.
    ToEnd,
    /// To fit another size. The terminal library tells that too, but loses one now and then when sizes change quickly.
    ToFit,
}

#[cfg(unix)]
mod unix {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::Asked;

    /// The signals that ask something of the program.
    pub(in crate::runtime) struct Signals {
        terminate: Option<Signal>,
        hangup: Option<Signal>,
        resized: Option<Signal>,
    }

    impl Signals {
        /// Starts listening. A signal that cannot be listened to keeps its usual effect.
        pub(in crate::runtime) fn listen() -> Self {
            let hear = |kind| signal(kind).ok();
            Self {
                terminate: hear(SignalKind::terminate()),
                hangup: hear(SignalKind::hangup()),
                resized: hear(SignalKind::window_change()),
            }
        }

        /// Waits till the system asks for something. Safe to drop half way.
        pub(in crate::runtime) async fn next(&mut self) -> Asked {
            async fn next(signal: &mut Option<Signal>) {
                match signal {
                    Some(signal) => {
                        signal.recv().await;
                    }
                    None => std::future::pending().await,
                }
            }
            tokio::select! {
                () = next(&mut self.terminate) => Asked::ToEnd,
                () = next(&mut self.hangup) => Asked::ToEnd,
                () = next(&mut self.resized) => Asked::ToFit,
            }
        }
    }

    /// Stops the program until the shell's `fg`.
    pub(in crate::runtime) fn stop() {
        // Where it cannot be stopped it simply goes on.
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP);
    }
}

#[cfg(not(unix))]
mod other {
    /// No signals there.
    pub(in crate::runtime) struct Signals;

    impl Signals {
        pub(in crate::runtime) fn listen() -> Self {
            Self
        }

        pub(in crate::runtime) async fn next(&mut self) -> super::Asked {
            std::future::pending().await
        }
    }

    /// Nothing to go back to there.
    pub(in crate::runtime) fn stop() {}
}

#[cfg(not(unix))]
pub(super) use other::{Signals, stop};
#[cfg(unix)]
pub(super) use unix::{Signals, stop};
