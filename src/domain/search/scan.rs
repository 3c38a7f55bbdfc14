//! Going through the actions: all of them, or only those that survived a query this one is an extension of.

use std::thread;

use super::{
    index::Index,
    rank::{Prepared, Ranked},
    terms::{Plan, Term, narrows},
};

/// From this many actions on, the work is shared between threads.
const SHARED_FROM: usize = 20_000;
/// Survivors are remembered only where they are fewer than this share of those before, in percent.
const WORTH_REMEMBERING: usize = 75;

/// Who survived the queries that led to the present one, each level an extension of the one below.
#[derive(Debug, Clone, Default)]
pub(super) struct Survivors(Vec<Level>);

#[derive(Debug, Clone)]
struct Level {
    terms: Vec<Term>,
    ids: Vec<u32>,
}

impl Survivors {
    /// Ranks what `plan` accepts, and remembers it for longer queries.
    pub(super) fn search(&mut self, index: &Index, plan: &Plan, prepared: &Prepared) -> Vec<Ranked> {
        while self.0.last().is_some_and(|level| !narrows(&plan.terms, &level.terms)) {
            self.0.pop();
        }
        let among = self.0.last().map(|level| level.ids.as_slice());
        let candidates = among.map_or(index.len(), <[u32]>::len);
        let ranked = scan(index, prepared, among);
        if ranked.len() * 100 < candidates * WORTH_REMEMBERING {
            self.0.push(Level { terms: plan.terms.clone(), ids: ranked.iter().map(|r| r.id).collect() });
        }
        ranked
    }
}

/// Ranks the given actions, or all, in their order.
fn scan(index: &Index, prepared: &Prepared, among: Option<&[u32]>) -> Vec<Ranked> {
    in_parts(among.map_or(index.len(), <[u32]>::len), |from, to| {
        let all = (from..to).filter_map(|at| match among {
            Some(ids) => ids.get(at).copied(),
            None => u32::try_from(at).ok(),
        });
        let mut text = Vec::new();
        all.filter_map(|id| prepared.rank(index, id, &mut text)).collect()
    })
}

/// What `part` makes of the numbers up to `count`, in their order; many are shared between threads.
pub(super) fn in_parts<T: Send>(count: usize, part: impl Fn(usize, usize) -> Vec<T> + Sync) -> Vec<T> {
    if count < SHARED_FROM {
        return part(0, count);
    }
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
    let size = count.div_ceil(threads).max(1);
    thread::scope(|scope| {
        let part = &part;
        let ranges = (0..count).step_by(size).map(|from| (from, (from + size).min(count)));
        let handles: Vec<_> = ranges.map(|(from, to)| (from, to, scope.spawn(move || part(from, to)))).collect();
        handles.into_iter().flat_map(|(from, to, handle)| handle.join().unwrap_or_else(|_| part(from, to))).collect()
    })
}
