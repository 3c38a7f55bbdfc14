//! A sandbox's own controls under `/_akx/`: its faults, and its world's beginning. They cost no turn of the pace and are
//! struck by no fault.

use reqwest::{Method, Url};

use super::{Client, exchange::Exchange};
use crate::domain::{
    document::Value,
    failure::{Failure, FailureKind},
    fault::{Fault, FaultAsk, SetFault},
};

impl Client {
    /// Asks a sandbox about its faults, or switches them; gives all that are on afterwards.
    ///
    /// # Errors
    /// Why the sandbox did not do it, in words.
    pub async fn faults(&self, ask: FaultAsk) -> Result<Vec<SetFault>, Failure> {
        let told = match ask {
            FaultAsk::Which => self.control(Method::GET, ("faults", None), None).await?,
            FaultAsk::On(fault) => {
                self.control(Method::DELETE, ("faults", Some(fault)), None).await?;
                self.control(Method::POST, ("faults", None), Some(SetFault::always(fault).to_value())).await?
            }
            FaultAsk::Off(fault) => self.control(Method::DELETE, ("faults", Some(fault)), None).await?,
            FaultAsk::AllOff => self.control(Method::DELETE, ("faults", None), None).await?,
        };
        SetFault::read_all(&told).map_err(|why| self.not_done(&format!("its answer was not understood: {why}")))
    }

    /// Lets a sandbox's world begin again, for every user.
    ///
    /// # Errors
    /// Why the sandbox did not do it, in words.
    pub async fn reset_world(&self) -> Result<(), Failure> {
        self.control(Method::POST, ("reset", None), Some(Value::object())).await.map(drop)
    }

    /// One request to `/_akx/{what}`; `of` limits it to faults of that kind.
    async fn control(
        &self,
        method: Method,
        (what, of): (&str, Option<Fault>),
        body: Option<Value>,
    ) -> Result<Value, Failure> {
        let mut url: Url = self.shared.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["_akx", what]);
        }
        if let Some(fault) = of {
            url.query_pairs_mut().append_pair("kind", fault.name());
        }
        let target = &self.shared.target;
        let (patience, limit) = (target.patience(), target.body_limit);
        let json = body.map(|body| body.to_json());
        let exchange = Exchange { http: &self.shared.http, method, url, json, credential: None, patience, limit };
        let reply = exchange.perform(&mut |_| {}).await.map_err(|_| self.not_done("it cannot be reached"))?;
        if !reply.is_success() {
            return Err(self.not_done(&format!("it answered {}", reply.status)));
        }
        Value::parse(&reply.body).map_err(|e| self.not_done(&format!("its answer is not JSON: {e}")))
    }

    fn not_done(&self, why: &str) -> Failure {
        let base = &self.shared.target.base_url;
        Failure::new(
            FailureKind::Unreachable,
            format!("The sandbox at {base} did not do it: {why}."),
            "Only akx's own sandbox (akx sandbox, akx demo) can be switched, and only while it runs.",
        )
    }
}
