//! The catalogue: the actions a connected user may call, grouped by integration.

mod kept;
mod packed;
mod read;

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
    sync::{Arc, OnceLock},
};

pub use kept::Kept;
pub use read::ReadError;

pub(in crate::domain) use self::packed::number;
use self::packed::{Packed, Packing};
use super::{
    action::Action,
    body::Body,
    search::{DESCRIPTION_LIMIT, NAME_LIMIT, Parameters, cut, mask},
    side_effect::{self, SideEffect},
    wire::Wire,
    words::{fold, fold_into, words},
};

/// What was kept cannot be read: it is cut off, overwritten, or of another version of akx.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is damaged, or of another version of akx")]
pub struct Damaged;

/// Something in a list reply that could not be used, or that the server itself reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The integration or action concerned, if known.
    pub about: Option<String>,
    /// What is wrong, as one sentence.
    pub message: String,
}

/// An integration with its actions, which stand side by side in a [`Catalogue`].
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The integration's key as the API knows it, such as `googledrive`.
    pub integration: Arc<str>,
    /// The prefix common to its action names, ending in `_`; empty when they share none (or there is one action only
    /// and its first word is its whole name).
    pub prefix: Arc<str>,
    /// The numbers of its actions.
    pub actions: Range<usize>,
}

/// A list reply, read: what it holds, and what in it was wrong. A copy shares everything with the original.
///
/// Actions are numbered from 0, group by group. They are packed; what [`Catalogue::action`] hands out is made then.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    packed: Packed,
    groups: Arc<[Group]>,
    problems: Arc<[Problem]>,
    wire: Option<Wire>,
    told: Arc<Told>,
}

/// What the actions tell, each worked out when first needed, or kept with the list on disk.
#[derive(Debug, Default)]
struct Told {
    /// The numbers of the actions in the order of their names, four bytes each.
    name_order: OnceLock<Body>,
    /// The letters of each name and of each description as sets, eight bytes each.
    masks: OnceLock<Body>,
    /// What the actions take.
    parameters: OnceLock<Arc<Parameters>>,
    /// The words of all names as a line of JSON.
    spoken: OnceLock<Body>,
}

impl Catalogue {
    /// Groups `actions` by integration (alphabetically, ignoring case), keeping the server's order inside a group.
    ///
    /// A second action of the same name is dropped and reported among the problems. `wire` is the dialect the reply
    /// was written in, when it tells.
    pub fn new(mut actions: Vec<Action>, mut problems: Vec<Problem>, wire: Option<Wire>) -> Self {
        let mut dropped = |action: &Action, why: &str| {
            let about = Some(cut(&action.name, NAME_LIMIT).to_owned());
            problems.push(Problem { about, message: why.to_owned() });
        };
        let mut seen = HashSet::with_capacity(actions.len());
        actions.retain(|action| {
            let is_first = seen.insert(Arc::clone(&action.name));
            if !is_first {
                dropped(action, "is listed twice; the first definition is used.");
            }
            is_first
        });
        drop(seen);
        actions.sort_by_cached_key(|a| (a.integration.to_lowercase(), Arc::clone(&a.integration)));
        let (mut packing, mut groups, mut count) = (Packing::default(), Vec::<Group>::new(), 0);
        for action in &actions {
            if !packing.push(action) {
                dropped(action, "is left out: its name or the whole list is too long to be kept.");
                continue;
            }
            match groups.last_mut() {
                Some(group) if group.integration == action.integration => group.actions.end = count + 1,
                _ => groups.push(Group {
                    integration: Arc::clone(&action.integration),
                    prefix: "".into(),
                    actions: count..count + 1,
                }),
            }
            count += 1;
        }
        drop(actions);
        let packed = packing.packed();
        for group in &mut groups {
            group.prefix = common_prefix(&packed, group.actions.clone()).into();
        }
        Self { packed, groups: groups.into(), problems: problems.into(), wire, told: Arc::default() }
    }

    /// All actions, group by group.
    pub fn actions(&self) -> impl Iterator<Item = Action> + '_ {
        self.groups.iter().flat_map(|group| self.actions_of(group))
    }

    /// The actions of one of its groups.
    pub fn actions_of<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = Action> + 'a {
        group.actions.clone().filter_map(|at| self.packed.action(at, &group.integration))
    }

    /// The action of that number.
    pub fn action(&self, at: usize) -> Option<Action> {
        self.packed.action(at, &self.group_of(at)?.integration)
    }

    /// The name of the action of that number; empty where there is none.
    pub fn name(&self, at: usize) -> &str {
        self.packed.name(at)
    }

    /// The description of the action of that number, exactly as served; empty where there is none.
    pub fn description(&self, at: usize) -> &str {
        self.packed.description(at)
    }

    /// The description of an action as bytes.
    pub(in crate::domain) fn description_bytes(&self, at: usize) -> &[u8] {
        self.packed.description_bytes(at)
    }

    /// What the action of that number does to the world: what the server says of it, else what its name does.
    pub fn side_effect(&self, at: usize) -> SideEffect {
        let integration = self.group_of(at).map_or("", |group| &*group.integration);
        side_effect::classify(self.name(at), integration, self.packed.declared(at))
    }

    /// The integrations, in the order they are shown.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The number of the group an action belongs to; how many groups there are, where it belongs to none.
    pub fn group_number(&self, action: usize) -> usize {
        self.groups.partition_point(|g| g.actions.end <= action)
    }

    /// The group an action belongs to.
    pub fn group_of(&self, action: usize) -> Option<&Group> {
        self.groups.get(self.group_number(action)).filter(|g| g.actions.contains(&action))
    }

    /// The integration of the action of that exact name.
    pub fn integration_of(&self, name: &str) -> Option<&Arc<str>> {
        self.group_of(self.position(name)?).map(|group| &group.integration)
    }

    /// The action of that exact name.
    pub fn get(&self, name: &str) -> Option<Action> {
        self.position(name).and_then(|at| self.action(at))
    }

    /// The number of the action of that exact name.
    pub fn position(&self, name: &str) -> Option<usize> {
        let (mut from, mut to) = (0, self.packed.len());
        while from < to {
            let middle = usize::midpoint(from, to);
            let at = self.in_name_order(middle)?;
            match self.name(at).cmp(name) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Equal => return Some(at),
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        None
    }

    /// The numbers of all actions, sorted by name; worked out when first needed.
    pub fn name_order(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len()).filter_map(|place| self.in_name_order(place))
    }

    /// The number of the action that is at `place` among all, sorted by name.
    fn in_name_order(&self, place: usize) -> Option<usize> {
        let at = number(self.name_order_bytes(), place.checked_mul(4)?) as usize;
        (place < self.len()).then_some(at)
    }

    fn name_order_bytes(&self) -> &Body {
        self.told.name_order.get_or_init(|| {
            let mut sorted: Vec<(&str, u32)> = (0..self.len()).map(|at| self.name(at)).zip(0..).collect();
            sorted.sort_unstable();
            sorted.into_iter().flat_map(|(_, at)| at.to_le_bytes()).collect::<Vec<u8>>().into()
        })
    }

    /// The letters of the name and of the description of an action, folded, as sets.
    pub(in crate::domain) fn masks(&self, at: usize) -> (u64, u64) {
        let bytes = self.masks_bytes();
        let set = |from: usize| bytes.get(from..from + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes);
        (set(at * 16), set(at * 16 + 8))
    }

    fn masks_bytes(&self) -> &Body {
        self.told.masks.get_or_init(|| {
            let mut masks = Vec::with_capacity(self.len() * 16);
            let mut folded = String::new();
            for at in 0..self.len() {
                let limited = [cut(self.name(at), NAME_LIMIT), cut(self.description(at), DESCRIPTION_LIMIT)];
                for text in limited {
                    folded.clear();
                    fold_into(text, &mut folded);
                    masks.extend_from_slice(&mask(folded.as_bytes()).to_le_bytes());
                }
            }
            masks.into()
        })
    }

    /// What the actions take: names, types and what is required. Read out of all schemas when first needed.
    pub(in crate::domain) fn parameters(&self) -> &Arc<Parameters> {
        let schema = |at| self.packed.schema(at);
        self.told.parameters.get_or_init(|| Arc::new(Parameters::new((0..self.len()).map(schema))))
    }

    /// The words of all names, folded, with how often they occur; counted when first needed.
    pub(in crate::domain) fn spoken(&self) -> Vec<(String, u32)> {
        kept::read_spoken(self.spoken_line())
    }

    fn spoken_line(&self) -> &Body {
        self.told.spoken.get_or_init(|| {
            let mut counts: BTreeMap<String, u32> = BTreeMap::new();
            for at in 0..self.len() {
                let name = cut(self.name(at), NAME_LIMIT);
                let folded = fold(name);
                // Numbers are not mistaken for each other: a list may have one in every name.
                let told = |word: &&str| word.bytes().any(|b| !b.is_ascii_digit());
                for word in words(name).into_iter().filter_map(|word| folded.get(word)).filter(told) {
                    match counts.get_mut(word) {
                        Some(count) => *count += 1,
                        None => {
                            counts.insert(word.to_owned(), 1);
                        }
                    }
                }
            }
            kept::spoken_line(counts).into()
        })
    }

    /// Whether the actions have been read: of a large list kept on disk, only the integrations are there at first.
    pub fn has_names(&self) -> bool {
        self.packed.len() == self.len()
    }

    /// Whether the actions have their schemas; a list kept on disk is shown before they are read.
    pub const fn has_schemas(&self) -> bool {
        self.packed.schemas.is_some()
    }

    /// What was wrong with the reply, or what the server reported in its `errors`.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The dialect the reply was written in, when it tells.
    pub fn wire(&self) -> Option<Wire> {
        self.wire
    }

    /// How many actions there are.
    pub fn len(&self) -> usize {
        self.groups.last().map_or(0, |group| group.actions.end)
    }

    /// Whether there is no action at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The longest prefix that ends in `_`, is shared by all names and leaves something of each.
fn common_prefix(packed: &Packed, actions: Range<usize>) -> &str {
    let first = packed.name(actions.start);
    let mut end = first.rfind('_').map_or(0, |i| i + 1);
    if actions.len() == 1 {
        // One name alone shares all of itself; its first word is the integration's.
        end = first.find('_').map_or(0, |i| i + 1);
    }
    for name in actions.map(|at| packed.name(at)) {
        while !(name.starts_with(&first[..end]) && name.len() > end) {
            end = first[..end.saturating_sub(1)].rfind('_').map_or(0, |i| i + 1);
            if end == 0 {
                return "";
            }
        }
    }
    &first[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(integration: &str, name: &str) -> Action {
        Action {
            name: name.into(),
            integration: integration.into(),
            description: "".into(),
            parameters: None,
            declared: None,
        }
    }

    #[test]
    fn groups_are_sorted_and_keep_the_servers_order_inside() {
        let c = Catalogue::new(
            vec![action("slack", "SLACK_B_X"), action("gmail", "GMAIL_A"), action("slack", "SLACK_A_Y")],
            vec![],
            None,
        );
        let names: Vec<_> = (0..c.len()).map(|at| c.name(at)).collect();
        assert_eq!(names, ["GMAIL_A", "SLACK_B_X", "SLACK_A_Y"]);
        assert_eq!(c.groups()[1].actions, 1..3);
        assert_eq!(&*c.groups()[1].prefix, "SLACK_");
        assert_eq!(c.group_of(2).map(|g| &*g.integration), Some("slack"));
        assert_eq!(c.group_of(3), None);
        assert_eq!(c.position("SLACK_A_Y"), Some(2));
    }

    #[test]
    fn a_prefix_always_leaves_something_to_show() {
        let c = Catalogue::new(vec![action("x", "DYNAMICS_365_GET"), action("x", "DYNAMICS_365_PUT")], vec![], None);
        assert_eq!(&*c.groups()[0].prefix, "DYNAMICS_365_");
        let c = Catalogue::new(vec![action("x", "A_"), action("x", "A_B")], vec![], None);
        assert_eq!(&*c.groups()[0].prefix, "");
        let c = Catalogue::new(vec![action("x", "ECHO")], vec![], None);
        assert_eq!(&*c.groups()[0].prefix, "");
        let c = Catalogue::new(vec![action("x", "SLACK_SEND_MESSAGE")], vec![], None);
        assert_eq!(&*c.groups()[0].prefix, "SLACK_");
    }

    #[test]
    fn a_name_listed_twice_is_kept_once_and_reported() {
        let c = Catalogue::new(vec![action("a", "X"), action("b", "X")], vec![], None);
        assert_eq!(c.len(), 1);
        assert_eq!(c.problems().len(), 1);
    }
}
