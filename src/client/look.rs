//! Looking at one user's way to ActionKit for the doctor: each question asked once, whatever comes back kept.

use std::{sync::Arc, time::Duration};

use tokio::{task::JoinSet, time::Instant};

use super::{Client, What, dialect, error, exchange::Reply, read_list, retry, seconds_since};
use crate::{
    client::ListFilter,
    domain::{
        catalogue::Catalogue,
        connection::Connections,
        doctor::{Facts, Listed, Reached, Read, Way, harmless_reads},
        document::Value,
        failure::{Failure, FailureKind},
        guard,
        now::Now,
        run::{Outcome, RunRequest},
        side_effect::classify,
        usage::Usage,
        wire::Wire,
    },
};

/// How many reads are under way at once.
const AT_ONCE: usize = 4;

/// What was found.
struct Look {
    reached: Result<Reached, Failure>,
    list: Result<Catalogue, Failure>,
    connections: Result<Connections, Failure>,
}

impl Client {
    /// Asks once for the list and once for the connections; nothing is asked again, so that what is wrong shows.
    async fn look(&self, now: Now) -> Look {
        let (first, connections) = tokio::join!(self.look_at_list(now), self.look_at_connections(now));
        match first {
            Ok((reached, list)) => Look { reached: Ok(reached), list, connections },
            Err(failure) => Look { reached: Err(failure.clone()), list: Err(failure), connections },
        }
    }

    async fn look_at_list(&self, now: Now) -> Result<(Reached, Result<Catalogue, Failure>), Failure> {
        let shared = &*self.shared;
        let url = dialect::list_url(&shared.base, &shared.target.project, self.wire, &ListFilter::default())?;
        let started = Instant::now();
        let result = self.exchange(&shared.http, url.clone(), None).perform(&mut |_| {}).await;
        let now = Now { unix: now.unix.saturating_add(seconds_since(started)), ..now };
        let asked = self.asked(What::List, &url, now);
        let reply = result.map_err(|fault| fault.failure(&asked))?;
        let ahead = reply.header("date").and_then(retry::unix_of).map(|server| now.unix.saturating_sub(server));
        let reached = Reached { status: reply.status, ahead, took: reply.took };
        let list = if reply.is_success() {
            let catalogue = read_list(reply.body.clone()).await;
            catalogue.and_then(|read| read.map_err(|e| error::not_a_list(&asked, &reply, &e.to_string())))
        } else {
            Err(error::refused(&asked, &reply))
        };
        Ok((reached, list))
    }

    async fn look_at_connections(&self, now: Now) -> Result<Connections, Failure> {
        let shared = &*self.shared;
        let api = shared.api.as_ref().map_err(Clone::clone)?;
        let url = dialect::me_url(api, &shared.target.project)?;
        let asked = self.asked(What::Connections, &url, now);
        let result = self.exchange(shared.api_http(api)?, url.clone(), None).perform(&mut |_| {}).await;
        let reply = result.map_err(|fault| fault.failure(&asked))?;
        if !reply.is_success() {
            return Err(error::refused(&asked, &reply));
        }
        match Connections::read(&reply.body) {
            Ok(connections) if connections.authenticated => Ok(connections),
            Ok(_) => Err(error::refused(&asked, &Reply { status: 401, ..reply })),
            Err(why) => Err(error::not_a_list(&asked, &reply, why.trim_end_matches('.'))),
        }
    }

    /// Everything the doctor wants to know; `source` says in words where the token came from, `way` what is named for the
    /// way to the server. With `reads`, what the
    /// person uses, one harmless action of each connected integration is run as well.
    pub async fn facts(&self, (source, way): (String, Way), reads: Option<&Usage>, now: Now) -> Facts {
        let look = self.look(now).await;
        let mut facts = Facts {
            unix: now.unix,
            project: self.shared.target.project.clone(),
            base_url: self.shared.target.base_url.clone(),
            way,
            source,
            claims: self.shared.claims.clone(),
            reached: look.reached,
            list: look.list.as_ref().map(Listed::of).map_err(Clone::clone),
            connections: look.connections,
            reads: Vec::new(),
        };
        if let (Some(usage), Ok(catalogue), Ok(connections)) = (reads, &look.list, &facts.connections) {
            let chosen = harmless_reads(catalogue, connections, usage);
            let wire = self.wire.or(catalogue.wire()).unwrap_or(Wire::Live);
            facts.reads = self.try_reads(chosen, wire, now).await;
        }
        facts
    }

    /// Runs `reads`, pairs of integration and action, without parameters: a few at once, at the pace of all requests.
    async fn try_reads(&self, reads: Vec<(Arc<str>, Arc<str>)>, wire: Wire, now: Now) -> Vec<Read> {
        let mut waiting = reads.into_iter().enumerate();
        let mut going = JoinSet::new();
        let mut done: Vec<(usize, Read)> = Vec::new();
        loop {
            while going.len() < AT_ONCE
                && let Some((i, (integration, action))) = waiting.next()
            {
                let client = self.clone();
                going.spawn(async move {
                    let result = client.try_read((&integration, &action), wire, now).await;
                    (i, Read { integration: integration.to_string(), action: action.to_string(), result })
                });
            }
            match going.join_next().await {
                Some(Ok(read)) => done.push(read),
                // A read that panicked is left out of the report; there is nothing to say of the integration.
                Some(Err(_)) => {}
                None => break,
            }
        }
        done.sort_by_key(|(i, _)| *i);
        done.into_iter().map(|(_, read)| read).collect()
    }

    /// Runs one read; the guard rails give leave for nothing else here.
    async fn try_read(
        &self,
        (integration, action): (&str, &Arc<str>),
        wire: Wire,
        now: Now,
    ) -> Result<Duration, Failure> {
        let leave = guard::leave_to_read(action, classify(action, integration, None)).ok_or_else(|| {
            Failure::new(
                FailureKind::Refused,
                format!("{action} was not run: the doctor runs only what is known to read."),
                "Run it by itself.",
            )
        })?;
        let request = RunRequest { action: Arc::clone(action), parameters: Value::object(), wire, credential: None };
        match self.run(&leave, &request, now, |_| {}).await {
            Outcome::Answered(response) => Ok(response.took),
            outcome => Err(outcome.failure(action).unwrap_or_else(|| {
                Failure::new(FailureKind::Internal, format!("{action} ended in no way akx knows."), "Try again.")
            })),
        }
    }
}
