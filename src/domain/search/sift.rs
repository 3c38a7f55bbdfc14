//! Searching names as they lie on disk: only what may answer the query is made into actions.
//!
//! What is left out here would not be accepted there ([`super::rank`]), so what is found is the same as if the whole
//! catalogue had been searched.

use memchr::memmem::Finder;

use super::{
    Facts, Found, Prepared, Query, Searched,
    correct::{Vocabulary, corrected},
    filter::Filters,
    index::{DESCRIPTION_LIMIT, Group, Index, cut},
    rank::{accepts_key, accepts_parameter},
    scan::in_parts,
    terms::{Kind, Plan, Relation, Term},
};
use crate::domain::{
    catalogue::{Catalogue, Damaged, Names, Record},
    words::{fold, fold_into},
};

/// The actions among `names` that `query` means, best first, as [`super::Searcher::search`] finds them; in a catalogue
/// that holds little else, without schemas.
///
/// # Errors
/// [`Damaged`] where an action cannot be read.
pub fn search_names(names: &Names, query: &Query, facts: &Facts<'_>) -> Result<(Catalogue, Found), Damaged> {
    if query.is_empty() {
        let catalogue = names.catalogue(None)?;
        let found = Found::everything(catalogue.len());
        return Ok((catalogue, found));
    }
    let words: Vec<&str> = query.words.iter().map(|w| w.text.as_str()).collect();
    let plan = Plan::new(&words, query);
    if plan.terms.is_empty() {
        let catalogue = names.catalogue(None)?;
        let found = super::Searcher::new().search(&Index::new(&catalogue), query, facts);
        return Ok((catalogue, found));
    }
    let (catalogue, typed) = searched(names, &plan, query, facts)?;
    let vocabulary = || {
        let words = names.words();
        Vocabulary::of(words.iter().map(|(word, count)| (word.as_str(), *count)), &keys(names))
    };
    if let Some(words) = corrected(vocabulary, &words, typed.best()) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let plan = Plan::new(&words, query);
        let (other, instead) = searched(names, &plan, query, facts)?;
        if instead.best() > typed.best() {
            let found = Found { corrected: Some(words.join(" ")), ..instead.found(&Index::new(&other), facts) };
            return Ok((other, found));
        }
    }
    let found = typed.found(&Index::new(&catalogue), facts);
    Ok((catalogue, found))
}

fn keys(names: &Names) -> Vec<Group> {
    names.groups().iter().map(|g| Group::new(&g.integration)).collect()
}

fn searched(names: &Names, plan: &Plan, query: &Query, facts: &Facts<'_>) -> Result<(Catalogue, Searched), Damaged> {
    let catalogue = names.some(&sift(names, plan))?;
    let index = Index::new(&catalogue);
    let mut problems = Vec::new();
    let filters = Filters::new(query, &index, facts, &mut problems);
    let prepared = Prepared::new(plan, &index);
    let all = 0..u32::try_from(index.len()).unwrap_or(u32::MAX);
    let ranked = all.filter_map(|id| prepared.rank(&index, id)).collect();
    Ok((catalogue, Searched { ranked: filters.shown(ranked), problems, prepared }))
}

/// The numbers of the actions that `plan` may accept, rising.
fn sift(names: &Names, plan: &Plan) -> Vec<u32> {
    let keys = keys(names);
    let folded: Vec<String> = names.parameters().iter().map(|name| fold(name)).collect();
    let terms: Vec<Sieve<'_>> = plan.terms.iter().map(|term| Sieve::new(term, &keys, &folded)).collect();
    in_parts(names.len(), |from, to| {
        let mut group = names.groups().partition_point(|g| g.actions.end <= from);
        let mut text = String::new();
        let mut kept = Vec::new();
        for at in from..to {
            while names.groups().get(group).is_some_and(|g| g.actions.end <= at) {
                group += 1;
            }
            let Some(record) = names.record(at) else { continue };
            text.clear();
            if terms.iter().all(|term| term.lets_through(names, &record, group, &mut text)) {
                kept.extend(u32::try_from(at));
            }
        }
        kept
    })
}

/// A term, ready to be asked what it may accept.
struct Sieve<'t> {
    term: &'t Term,
    finder: Finder<'t>,
    groups: Vec<bool>,
    parameters: Vec<bool>,
    any_parameter: bool,
}

impl<'t> Sieve<'t> {
    fn new(term: &'t Term, keys: &[Group], parameters: &[String]) -> Self {
        let word = term.kind == Kind::Word;
        let parameters: Vec<bool> = parameters.iter().map(|name| word && accepts_parameter(&term.text, name)).collect();
        Self {
            finder: Finder::new(term.text.as_bytes()),
            groups: keys.iter().map(|key| word && accepts_key(term, key)).collect(),
            any_parameter: parameters.contains(&true),
            parameters,
            term,
        }
    }

    /// Whether the action of `record` may be accepted. `text` is its folded description once one term has needed it.
    fn lets_through(&self, names: &Names, record: &Record<'_>, group: usize, text: &mut String) -> bool {
        let holds = |mask: u64| record.name_mask & mask == mask;
        let by_name = holds(self.term.mask)
            || self.term.others.iter().any(|o| o.relation != Relation::Integration && holds(o.mask));
        if by_name || self.groups.get(group) == Some(&true) {
            return true;
        }
        let named = |number: u32| self.parameters.get(number as usize) == Some(&true);
        if self.any_parameter && names.takes(record).any(|p| named(p.name)) {
            return true;
        }
        if record.description_mask & self.term.mask != self.term.mask {
            return false;
        }
        if text.is_empty()
            && let Some((_, description)) = names.texts(record)
        {
            fold_into(cut(description, DESCRIPTION_LIMIT), text);
        }
        self.finder.find(text.as_bytes()).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Searcher;
    use super::*;
    use crate::domain::{action::Action, catalogue::Kept, search::Hit};

    fn catalogue() -> Catalogue {
        let names = include_str!("../../../tests/fixtures/action-names.txt");
        let lines = names.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once(' '));
        let actions = lines.enumerate().map(|(n, (integration, name))| Action {
            name: name.into(),
            integration: integration.into(),
            description: format!("Runs number {n} of {integration}, with a Payload").as_str().into(),
            parameters: (n % 3 == 0)
                .then(|| r#"{"required":["recordId"],"properties":{"recordId":{"type":"string"}}}"#.into()),
            declared: None,
        });
        Catalogue::new(actions.collect(), Vec::new(), None)
    }

    #[test]
    fn names_on_disk_are_found_as_a_whole_catalogue_would_be() {
        let catalogue = catalogue();
        let index = Index::new(&catalogue);
        let names = Names::read(Kept::new(&catalogue).unwrap().names.into(), 0).unwrap();
        let told = |catalogue: &Catalogue, found: &Found| -> Vec<String> {
            let name = |hit: &Hit| catalogue.actions()[hit.action].name.to_string();
            found
                .hits
                .iter()
                .map(name)
                .chain(found.corrected.clone())
                .chain(found.problems.iter().map(ToString::to_string))
                .collect()
        };
        for text in [
            "",
            "slack send",
            "ssm",
            "slakc send",
            "salesforce create record",
            "sfcrrec",
            "zzqx",
            "payload",
            "recordid",
            "remove contact",
            "gdrive list",
            "hub issue",
            "in:slack kind:send",
            "in:slakc send",
            "-slack send message",
            "\"create record\" lead",
            "needs:recordId create",
            "type:string param:recordId delete",
            "kind:reed email",
            "g",
            "number 17",
            "create a contact in hubspot",
            "category:crm create",
            "is:favourite send",
        ] {
            let query = Query::parse(text);
            let whole = Searcher::new().search(&index, &query, &Facts::default());
            let (few, found) = search_names(&names, &query, &Facts::default()).unwrap();
            assert_eq!(told(&few, &found), told(&catalogue, &whole), "{text:?}");
            let most = if query.words.len() > 1 { 400 } else { catalogue.len() };
            assert!(few.len() <= most, "{text:?} made {} actions", few.len());
        }
    }
}
