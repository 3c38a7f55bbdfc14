//! The catalogue: the actions a connected user may call, grouped by integration.

mod kept;
mod read;

use std::{
    collections::HashSet,
    ops::Range,
    sync::{Arc, OnceLock},
};

pub(in crate::domain) use kept::Record;
pub use kept::{Damaged, Kept, Names};
pub use read::ReadError;

use super::{action::Action, search::Parameters, wire::Wire};

/// Something in a list reply that could not be used, or that the server itself reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The integration or action concerned, if known.
    pub about: Option<String>,
    /// What is wrong, as one sentence.
    pub message: String,
}

/// An integration with its actions, which stand side by side in [`Catalogue::actions`].
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The integration's key as the API knows it, such as `googledrive`.
    pub integration: Arc<str>,
    /// The prefix common to its action names, ending in `_`; empty when they share none (or there is one action only
    /// and its first word is its whole name).
    pub prefix: Arc<str>,
    /// Where its actions stand in [`Catalogue::actions`].
    pub actions: Range<usize>,
}

/// A list reply, read: what it holds, and what in it was wrong.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    actions: Vec<Action>,
    groups: Vec<Group>,
    problems: Vec<Problem>,
    wire: Option<Wire>,
    /// The numbers of the actions in the order of their names; worked out when first needed.
    name_order: OnceLock<Arc<[u32]>>,
    /// What the actions take; read out of the schemas when first needed.
    parameters: OnceLock<Arc<Parameters>>,
    /// Whether the schemas are still on disk, so that no action tells what it takes.
    without_schemas: bool,
}

impl Catalogue {
    /// Groups `actions` by integration (alphabetically, ignoring case), keeping the server's order inside a group.
    ///
    /// A second action of the same name is dropped and reported among the problems. `wire` is the dialect the reply
    /// was written in, when it tells.
    pub fn new(actions: Vec<Action>, problems: Vec<Problem>, wire: Option<Wire>) -> Self {
        let mut problems = problems;
        let mut seen = HashSet::with_capacity(actions.len());
        let mut kept: Vec<Action> = Vec::with_capacity(actions.len());
        for action in actions {
            if seen.insert(Arc::clone(&action.name)) {
                kept.push(action);
            } else {
                problems.push(Problem {
                    about: Some(action.name.to_string()),
                    message: "is listed twice; the first definition is used.".to_owned(),
                });
            }
        }
        kept.sort_by_cached_key(|a| (a.integration.to_lowercase(), Arc::clone(&a.integration)));
        let mut groups: Vec<Group> = Vec::new();
        for (i, action) in kept.iter().enumerate() {
            match groups.last_mut() {
                Some(group) if group.integration == action.integration => group.actions.end = i + 1,
                _ => groups.push(Group {
                    integration: Arc::clone(&action.integration),
                    prefix: "".into(),
                    actions: i..i + 1,
                }),
            }
        }
        for group in &mut groups {
            group.prefix = common_prefix(&kept[group.actions.clone()]).into();
        }
        Self { actions: kept, groups, problems, wire, ..Self::default() }
    }

    /// All actions, group by group.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The integrations, in the order they are shown.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The group an action of [`Catalogue::actions`] belongs to.
    pub fn group_of(&self, action: usize) -> Option<&Group> {
        let at = self.groups.partition_point(|g| g.actions.end <= action);
        self.groups.get(at).filter(|g| g.actions.contains(&action))
    }

    /// The action of that exact name.
    pub fn get(&self, name: &str) -> Option<&Action> {
        self.position(name).and_then(|i| self.actions.get(i))
    }

    /// Where the action of that exact name stands in [`Catalogue::actions`].
    pub fn position(&self, name: &str) -> Option<usize> {
        let order = self.name_order();
        let named = |at: &u32| self.actions.get(*at as usize).map(|action| &*action.name);
        let at = order.binary_search_by(|at| named(at).cmp(&Some(name))).ok()?;
        order.get(at).map(|at| *at as usize)
    }

    /// The numbers of all actions, sorted by name; worked out when first needed.
    pub fn name_order(&self) -> &Arc<[u32]> {
        self.name_order.get_or_init(|| {
            let mut sorted: Vec<(&str, u32)> = self.actions.iter().map(|action| &*action.name).zip(0..).collect();
            sorted.sort_unstable();
            sorted.into_iter().map(|(_, at)| at).collect()
        })
    }

    /// What the actions take: names, types and what is required. Read out of all schemas when first needed.
    pub(in crate::domain) fn parameters(&self) -> &Arc<Parameters> {
        self.parameters.get_or_init(|| Arc::new(Parameters::new(&self.actions)))
    }

    /// Whether the actions have their schemas; a list kept on disk is shown before they are read.
    pub const fn has_schemas(&self) -> bool {
        !self.without_schemas
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
        self.actions.len()
    }

    /// Whether there is no action at all.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }
}

/// The longest prefix that ends in `_`, is shared by all names and leaves something of each.
fn common_prefix(actions: &[Action]) -> &str {
    let Some(first) = actions.first() else { return "" };
    let mut end = first.name.rfind('_').map_or(0, |i| i + 1);
    if actions.len() == 1 {
        // One name alone shares all of itself; its first word is the integration's.
        end = first.name.find('_').map_or(0, |i| i + 1);
    }
    for action in actions {
        while !(action.name.starts_with(&first.name[..end]) && action.name.len() > end) {
            end = first.name[..end.saturating_sub(1)].rfind('_').map_or(0, |i| i + 1);
            if end == 0 {
                return "";
            }
        }
    }
    &first.name[..end]
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
        let names: Vec<_> = c.actions().iter().map(|a| &*a.name).collect();
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
