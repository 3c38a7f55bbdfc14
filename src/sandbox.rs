//! The sandbox: an ActionKit-compatible server on loopback, with made-up people and a world that reacts.
//!
//! It is the demo's other side, a test double for people who build agents, and akx's own test bed. Identity is real
//! (RS256 tokens against a public key), the catalogue is data, and what actions do is one small engine over
//! per-integration data.

pub mod catalogue;
pub mod check;
pub mod connections;
pub mod custom;
pub mod faults;
mod general;
pub mod identity;
pub mod keep;
pub mod offer;
pub mod pace;
pub mod server;
pub mod triggers;
pub mod webhook;
pub mod world;

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, LazyLock},
    time::Duration,
};

use axum::serve::ListenerExt as _;
pub use identity::{DemoUser, PROJECT, PublicKeyError, Standing, USERS, private_key, token};
use tokio::{sync::oneshot, task::JoinHandle};

use self::{
    identity::Verifier,
    offer::Offer,
    server::{App, Shared},
};
use crate::domain::{catalogue::Catalogue, fault::Fault, wire::Wire};

/// How a sandbox is to be run.
#[derive(Debug, Clone)]
pub struct Config {
    /// The TCP port; 0 takes a free one.
    pub port: u16,
    /// The address to listen on; anything but loopback lets other machines in.
    pub listen: IpAddr,
    /// The dialect of a bare list ([`Wire::LiveTools`] counts as live: it differs by path only).
    pub wire: Wire,
    /// Requests a second a project may make; `None` is no limit.
    pub rate: Option<u32>,
    /// PEM text of the public key tokens are checked against, instead of the built-in one.
    pub public_key: Option<String>,
    /// Somebody else's catalogue, served instead of the built-in one.
    pub catalogue: Option<Catalogue>,
    /// How many times over the catalogue is served, for load.
    pub scale: usize,
    /// Sandboxes of the same seed make the same ids.
    pub seed: u64,
    /// Where the worlds are kept; `None` forgets them at the end.
    pub data: Option<Arc<dyn keep::Shelf>>,
    /// Called with a line for every request answered.
    pub log: Option<fn(&str)>,
    /// What goes wrong with every answer until `/_akx/faults` clears it.
    pub faults: Vec<Fault>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 0,
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            wire: Wire::Live,
            rate: Some(50),
            public_key: None,
            catalogue: None,
            scale: 1,
            seed: 0,
            data: None,
            log: None,
            faults: Vec::new(),
        }
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}: {source}")]
    Bind {
        /// The address asked for.
        addr: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
    /// What was kept cannot be used.
    #[error("what was kept cannot be used: {0}")]
    Data(#[from] keep::KeepError),
    /// The public key given is none.
    #[error("the public key cannot be used: {0}")]
    PublicKey(#[from] PublicKeyError),
}

/// A running sandbox. Dropping it stops the server; what is being answered is answered.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
    kept: Option<Kept>,
}

/// What keeps a running sandbox's worlds; dropping it writes them a last time.
#[derive(Debug)]
struct Kept {
    app: App,
    shelf: Arc<dyn keep::Shelf>,
    keeper: JoinHandle<()>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.keeper.abort();
        keep::write(&self.app, &*self.shelf);
    }
}

impl Running {
    /// The base URL on this machine, such as `http://127.0.0.1:41733`, without a slash at its end.
    pub fn base_url(&self) -> String {
        let ip = match self.addr.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        format!("http://{}", SocketAddr::new(ip, self.addr.port()))
    }

    /// Stops accepting, lets answers under way finish for up to two seconds, then ends.
    pub async fn shutdown(mut self) {
        drop(self.stop.take());
        if tokio::time::timeout(Duration::from_secs(2), &mut self.server).await.is_err() {
            self.server.abort();
        }
        drop(self.kept.take());
    }
}

/// Starts a sandbox on the current tokio runtime and returns once it accepts connections.
///
/// # Errors
/// When the address cannot be listened on, or the public key is none.
pub async fn start(config: Config) -> Result<Running, SandboxError> {
    let verifier = match &config.public_key {
        Some(pem) => Verifier::from_pem(pem)?,
        None => Verifier::built_in()?,
    };
    let addr = SocketAddr::new(config.listen, config.port);
    let bind = |source| SandboxError::Bind { addr, source };
    let listener = tokio::net::TcpListener::bind(addr).await.map_err(bind)?;
    let addr = listener.local_addr().map_err(bind)?;
    let (catalogue, scale) = (config.catalogue, config.scale);
    let offer = LazyLock::new(Box::new(move || Offer::new(catalogue, scale)) as Box<dyn FnOnce() -> Offer + Send>);
    let app: App = Shared::new(verifier, offer, config.wire, config.listen, config.rate)
        .logging(config.log)
        .seeded(config.seed)
        .into();
    for fault in config.faults {
        app.faults().always(fault);
    }
    if let Some(events) = app.take_events() {
        tokio::spawn(webhook::deliver(App::clone(&app), events));
    }
    let kept = match config.data {
        None => None,
        Some(shelf) => {
            if let Some(saved) = keep::load(&*shelf)? {
                app.load(&saved);
            }
            let keeper = tokio::spawn(keep::keep(App::clone(&app), Arc::clone(&shelf)));
            Some(Kept { app: App::clone(&app), shelf, keeper })
        }
    };
    let router = server::router(app);
    // Answers are small and complete: nothing is gained by waiting for more to send.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(async move {
        let serve = axum::serve(listener, router);
        // Both a message and a dropped sender mean the same: stop.
        let _ = serve.with_graceful_shutdown(async move { drop(stopped.await) }).await;
    });
    Ok(Running { addr, stop: Some(stop), server, kept })
}
