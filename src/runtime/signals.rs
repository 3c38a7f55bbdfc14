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
    use std::time::Duration;

    use tokio::{
        signal::unix::{Signal, SignalKind, signal},
        time::timeout,
    };

    use super::Asked;

    /// How long a signal may be on its way from the system.
    const ON_ITS_WAY: Duration = Duration::from_millis(20);

    /// The signals that ask something of the program.
    pub(in crate::runtime) struct Signals {
        terminate: Option<Signal>,
        hangup: Option<Signal>,
        resized: Option<Signal>,
        interrupt: Option<Signal>,
        quit: Option<Signal>,
    }

    impl Signals {
        /// Starts listening. A signal that cannot be listened to keeps its usual effect.
        pub(in crate::runtime) fn listen() -> Self {
            let hear = |kind| signal(kind).ok();
            Self {
                terminate: hear(SignalKind::terminate()),
                hangup: hear(SignalKind::hangup()),
                resized: hear(SignalKind::window_change()),
                interrupt: hear(SignalKind::interrupt()),
                quit: hear(SignalKind::quit()),
            }
        }

        /// Waits till the system asks for something. Safe to drop half way.
        pub(in crate::runtime) async fn next(&mut self) -> Asked {
            tokio::select! {
                () = next(&mut self.terminate) => Asked::ToEnd,
                () = next(&mut self.hangup) => Asked::ToEnd,
                () = next(&mut self.interrupt) => Asked::ToEnd,
                () = next(&mut self.quit) => Asked::ToEnd,
                () = next(&mut self.resized) => Asked::ToFit,
            }
        }

        /// Passes over what keys have told every program of the terminal while another one had it: `^C` in a pager is
        /// for the pager. (In raw mode they are keys like others, and no signals.)
        pub(in crate::runtime) async fn pass_over_keys(&mut self) {
            while timeout(ON_ITS_WAY, async {
                tokio::select! {
                    () = next(&mut self.interrupt) => {}
                    () = next(&mut self.quit) => {}
                }
            })
            .await
            .is_ok()
            {}
        }
    }

    async fn next(signal: &mut Option<Signal>) {
        match signal {
            Some(signal) => {
                signal.recv().await;
            }
            None => std::future::pending().await,
        }
    }

    /// Stops the program until the shell's `fg`, with whatever it was started through, as `^Z` does everywhere: the shell
    /// waits for all of it.
    pub(in crate::runtime) fn stop() {
        // Where it cannot be stopped it simply goes on.
        let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
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

        pub(in crate::runtime) async fn pass_over_keys(&mut self) {}
    }

    /// Nothing to go back to there.
    pub(in crate::runtime) fn stop() {}
}

#[cfg(not(unix))]
pub(super) use other::{Signals, stop};
#[cfg(unix)]
pub(super) use unix::{Signals, stop};
