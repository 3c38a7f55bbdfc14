//! Lists of actions for the explorer: the one of last time, then the server's, read off the task that draws.

use super::{perform::mistake, teller::Teller};
use crate::{
    app::{
        Message,
        listing::Listing,
        remote::{Dated, LoadId},
    },
    client::{Client, ListFilter},
    domain::{
        catalogue::Catalogue,
        drift::{self, Drift},
        failure::Failure,
        now::Now,
        shared::Shared,
        wire::Wire,
    },
    store::cache::{Cache, CachedList, ListKey, Received, Scope, damaged},
};

/// Prepares a catalogue off the task that draws.
async fn listing(
    read: impl FnOnce() -> Result<Listing, Failure> + Send + 'static,
    at: i64,
) -> Result<Dated<Shared<Listing>>, Failure> {
    let made = tokio::task::spawn_blocking(move || read().map(Shared::new)).await;
    made.map_err(|_| mistake("reading the list"))?.map(|value| Dated { value, at })
}

/// The list of last time: the integrations of a large one at once, the names as soon as they are read, and after them
/// the whole. Where there is none, nothing;
/// where it cannot be read, that is said.
async fn recall(cache: Cache, key: ListKey, load: LoadId, teller: &Teller) -> Option<Dated<Shared<Listing>>> {
    let (of_names, names_key) = (cache.clone(), key.clone());
    let outlined = teller.clone();
    let read = move || -> Result<Option<_>, Failure> {
        let scopes = [Scope::Everything, Scope::Available];
        let Some(scope) = scopes.into_iter().find(|scope| of_names.has_list(&names_key, *scope)) else {
            return Ok(None);
        };
        if let Some((catalogue, at)) = of_names.outline(&names_key, scope) {
            let listing = Dated { value: Shared::new(Listing::new(catalogue)), at };
            outlined.tell(Message::CatalogueRecalled { load, listing });
        }
        let Some(names) = of_names.names(&names_key, scope)? else { return Ok(None) };
        let listing = Shared::new(Listing::new(names.catalogue.clone()));
        Ok(Some((names, scope, listing)))
    };
    let told = |failure| {
        teller.tell(Message::KeptListDamaged { load, failure });
        None
    };
    let (names, scope, listing) = match tokio::task::spawn_blocking(read).await {
        Ok(Ok(Some(kept))) => kept,
        Ok(Ok(None)) | Err(_) => return None,
        Ok(Err(failure)) => return told(failure),
    };
    let at = names.fetched_at;
    teller.tell(Message::CatalogueRecalled { load, listing: Dated { value: listing.clone(), at } });
    let read = move || Ok(listing.completed(cache.with_schemas(&key, scope, &names)?));
    match tokio::task::spawn_blocking(read).await {
        Ok(Ok(listing)) => {
            let listing = Dated { value: Shared::new(listing), at };
            teller.tell(Message::CatalogueRecalled { load, listing: listing.clone() });
            Some(listing)
        }
        Ok(Err(failure)) => told(failure),
        Err(_) => None,
    }
}

/// The list kept for offline use, as [`recall`] tells it.
pub(super) async fn kept(
    cache: Cache,
    key: ListKey,
    load: LoadId,
    teller: &Teller,
) -> Result<Dated<Shared<Listing>>, Failure> {
    recall(cache, key, load, teller).await.ok_or_else(damaged)
}

/// The list of last time first, where there is one; then the server's.
pub(super) async fn from_server(
    client: Client,
    cache: Option<(Cache, ListKey)>,
    load: (LoadId, Now),
    teller: &Teller,
) -> Result<(Dated<Shared<Listing>>, Option<Wire>), Failure> {
    let (load, now) = load;
    if let Some((cache, key)) = cache.clone() {
        recall(cache, key, load, teller).await;
    }
    // Everything the project has, connected or not: what is not connected is shown as such.
    let filter = ListFilter { unconnected: true, ..ListFilter::default() };
    let listed = client.list(&filter, now).await?;
    let wire = listed.wire;
    let read = move || {
        let news = cache.as_ref().and_then(|(cache, key)| news(cache, key, &listed.catalogue));
        let listing = Listing::new(listed.catalogue);
        Ok(match news {
            Some((drift, since)) => listing.with_news(drift, since),
            None => listing,
        })
    };
    Ok((listing(read, now.unix).await?, wire))
}

/// What is different from the list kept last, or, where that says the same, from the one before; and how old that is.
fn news(cache: &Cache, key: &ListKey, catalogue: &Catalogue) -> Option<(Drift, i64)> {
    let differs = |kept: CachedList| Some((drift::compare(&kept.catalogue, catalogue), kept.fetched_at));
    let last = cache.list(key, Scope::Everything).ok().flatten().and_then(differs);
    match last.filter(|(drift, _)| !drift.is_empty()) {
        Some(news) => Some(news),
        None => cache.list_before(key, Scope::Everything).ok().flatten().and_then(differs),
    }
}

pub(super) fn keep(cache: &Cache, key: &ListKey, catalogue: &Catalogue, (wire, fetched_at): (Option<Wire>, i64)) {
    let received = Received { fetched_at, wire, scope: Scope::Everything };
    let kept = cache.put_list(key, catalogue, received);
    let kept = kept.and_then(|()| wire.map_or(Ok(()), |w| cache.remember_wire(&key.base_url, w)));
    if let Err(failure) = kept {
        tracing::warn!(%failure, "the list is not kept");
    }
}
