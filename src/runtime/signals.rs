//! What the system asks of the program: to end, or to stop for a while.

#[cfg(unix)]
mod unix {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// The signals that ask the program to end.
    pub(in crate::runtime) struct Signals {
        terminate: Option<Signal>,
        hangup: Option<Signal>,
    }

    impl Signals {
        /// Starts listening. A signal that cannot be listened to keeps its usual effect.
        pub(in crate::runtime) fn listen() -> Self {
            Self { terminate: signal(SignalKind::terminate()).ok(), hangup: signal(SignalKind::hangup()).ok() }
        }

        /// Waits till the system asks the program to end.
        pub(in crate::runtime) async fn end(&mut self) {
            async fn next(signal: &mut Option<Signal>) {
                match signal {
                    Some(signal) => {
                        signal.recv().await;
                    }
                    None => std::future::pending().await,
                }
            }
            tokio::select! {
                () = next(&mut self.terminate) => {}
                () = next(&mut self.hangup) => {}
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

        pub(in crate::runtime) async fn end(&mut self) {
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
