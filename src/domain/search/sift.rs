//! Searching once, as a command does: only what may answer the query is prepared for being ranked.
//!
//! What is left out here would not be accepted there ([`super::rank`]), so what is found is the same as if the whole
//! catalogue had been prepared.

use std::cell::OnceCell;

use memchr::memmem::Finder;

use super::{
    Facts, Found, Prepared, Query, Searched, Searcher,
    correct::Vocabulary,
    filter::Filters,
    index::{Group, Index, fold_description},
    rank::{accepts_key, accepts_parameter},
    read,
    scan::in_parts,
    terms::{Kind, Plan, Relation, Term},
};
use crate::domain::{catalogue::Catalogue, words::fold};

/// The actions that `query` means, best first, as [`Searcher::search`] finds them; sooner, where nothing else is
/// searched for in `catalogue`. What was found tells neither marks nor why.
pub fn search_once(catalogue: &Catalogue, query: &Query, facts: &Facts<'_>) -> Found {
    if query.is_empty() {
        return Found::everything(catalogue.len());
    }
    let words: Vec<&str> = query.words.iter().map(|w| w.text.as_str()).collect();
    let plan = Plan::new(&words, query);
    if plan.terms.is_empty() {
        return Searcher::new().search(&Index::new(catalogue), query, facts);
    }
    let vocabulary = OnceCell::new();
    let known = || vocabulary.get_or_init(|| Vocabulary::of(&catalogue.spoken(), &keys(catalogue)));
    let search = |words: &[&str], _| searched(catalogue, &Plan::new(words, query), query, facts);
    let ((index, searched), corrected) = read(&words, known, |(_, searched)| searched.best(), search);
    Found { corrected, prepared: None, ..searched.found(&index, facts) }
}

fn keys(catalogue: &Catalogue) -> Vec<Group> {
    catalogue.groups().iter().map(|g| Group::new(&g.integration)).collect()
}

fn searched(catalogue: &Catalogue, plan: &Plan, query: &Query, facts: &Facts<'_>) -> (Index, Searched) {
    let index = Index::of(catalogue, sift(catalogue, plan).into_iter());
    let mut problems = Vec::new();
    let filters = Filters::new(query, &index, facts, &mut problems);
    let prepared = Prepared::new(plan, &index);
    let all = 0..u32::try_from(index.len()).unwrap_or(u32::MAX);
    let mut text = Vec::new();
    let ranked = filters.shown(all.filter_map(|id| prepared.rank(&index, id, &mut text)).collect());
    (index, Searched { ranked, problems, prepared })
}

/// The numbers of the actions that `plan` may accept, rising.
fn sift(catalogue: &Catalogue, plan: &Plan) -> Vec<usize> {
    let keys = keys(catalogue);
    let folded: Vec<String> = catalogue.parameters().names().map(fold).collect();
    let terms: Vec<Sieve<'_>> = plan.terms.iter().map(|term| Sieve::new(term, &keys, &folded)).collect();
    in_parts(catalogue.len(), |from, to| {
        let mut group = catalogue.group_number(from);
        let mut text = Vec::new();
        let may_answer = |at: &usize| {
            while catalogue.groups().get(group).is_some_and(|g| g.actions.end <= *at) {
                group += 1;
            }
            text.clear();
            terms.iter().all(|term| term.lets_through(catalogue, (*at, group), &mut text))
        };
        (from..to).filter(may_answer).collect()
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

    /// Whether the action of that number and group may be accepted. `text` is its folded description once one term has
    /// needed it.
    fn lets_through(&self, catalogue: &Catalogue, (at, group): (usize, usize), text: &mut Vec<u8>) -> bool {
        let (name_mask, description_mask) = catalogue.masks(at);
        let holds = |mask: u64| name_mask & mask == mask;
        let by_name = holds(self.term.mask)
            || self.term.others.iter().any(|o| o.relation != Relation::Integration && holds(o.mask));
        if by_name || self.groups.get(group) == Some(&true) {
            return true;
        }
        let named = |number: u32| self.parameters.get(number as usize) == Some(&true);
        if self.any_parameter && catalogue.parameters().of(at).any(|p| named(p.name)) {
            return true;
        }
        if description_mask & self.term.mask != self.term.mask {
            return false;
        }
        if text.is_empty() {
            fold_description(catalogue, at, text);
        }
        self.finder.find(text).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{action::Action, search::Hit};

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
    fn searching_once_finds_what_a_search_of_everything_does() {
        let catalogue = catalogue();
        let index = Index::new(&catalogue);
        let told = |found: &Found| -> Vec<String> {
            let name = |hit: &Hit| catalogue.name(hit.action).to_owned();
            let problems = found.problems.iter().map(ToString::to_string);
            found.hits.iter().map(name).chain(found.corrected.clone()).chain(problems).collect()
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
            let once = search_once(&catalogue, &query, &Facts::default());
            assert_eq!(told(&once), told(&whole), "{text:?}");
            assert!(once.hits.iter().map(|h| h.score).eq(whole.hits.iter().map(|h| h.score)), "{text:?}");
        }
        let sifted = |text: &str| sift(&catalogue, &Plan::new(&text.split(' ').collect::<Vec<_>>(), &Query::default()));
        assert!(sifted("create a contact in hubspot").len() < 100 && sifted("g").len() > 300);
    }
}
