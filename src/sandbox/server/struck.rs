//! What faults do to the answer of a request they struck.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, Response, header},
};
use futures_util::{StreamExt as _, stream};

use super::error::{ApiError, Code};
use crate::domain::fault::Fault;

/// In how many pieces a slow body comes.
const PIECES: usize = 16;

/// The faults that struck a request.
#[derive(Debug, Clone, Default)]
pub(super) struct Struck(pub(super) Vec<Fault>);

impl Struck {
    pub(super) fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }

    /// Waits as long as the faults say, then gives the status they demand, if any.
    pub(super) async fn delay(&self) -> Result<(), ApiError> {
        for fault in &self.0 {
            match *fault {
                Fault::Latency(time) => tokio::time::sleep(time).await,
                Fault::Status(status) => {
                    let message = format!("The sandbox was asked to answer {status}.");
                    let error = ApiError::new(status, Code::Fault, message);
                    return Err(if status == 429 { error.retry_after(1) } else { error });
                }
                Fault::Cut
                | Fault::NotJson
                | Fault::NotConnected
                | Fault::ExpiredToken
                | Fault::Provider(_)
                | Fault::Slow(_) => {}
            }
        }
        Ok(())
    }

    /// Spoils a reply's body as the faults say.
    pub(super) async fn spoil(&self, response: Response<Body>) -> Response<Body> {
        if self.has(Fault::NotJson) {
            let (mut head, _) = response.into_parts();
            head.headers.remove(header::CONTENT_LENGTH);
            head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
            return Response::from_parts(head, Body::from("<html><body>Bad gateway</body></html>"));
        }
        if self.has(Fault::Cut) {
            let (mut head, body) = response.into_parts();
            let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
            head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
            let half = whole.slice(..whole.len() / 2);
            let cut = async {
                // Time for the first half to leave; then the connection breaks off.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
            };
            let parts = stream::iter([Ok::<Bytes, std::io::Error>(half)]).chain(stream::once(cut));
            return Response::from_parts(head, Body::from_stream(parts));
        }
        let slow = self.0.iter().find_map(|f| if let Fault::Slow(time) = f { Some(*time) } else { None });
        if let Some(time) = slow {
            let (head, body) = response.into_parts();
            let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
            let size = whole.len().div_ceil(PIECES).max(1);
            let pieces: Vec<Bytes> =
                (0..whole.len()).step_by(size).map(|at| whole.slice(at..(at + size).min(whole.len()))).collect();
            let pause = time / u32::try_from(pieces.len()).unwrap_or(1).max(1);
            let parts = stream::iter(pieces).then(move |piece| async move {
                tokio::time::sleep(pause).await;
                Ok::<Bytes, std::io::Error>(piece)
            });
            return Response::from_parts(head, Body::from_stream(parts));
        }
        response
    }

    /// The status with which the provider is to refuse.
    pub(super) fn provider(&self) -> Option<u16> {
        self.0.iter().find_map(|f| if let Fault::Provider(status) = f { Some(*status) } else { None })
    }
}
