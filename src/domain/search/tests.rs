//! What search promises as a whole; its parts have their own tests.

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::domain::{action::Action, catalogue::Catalogue};

fn action(integration: &str, name: &str, description: &str, parameters: Option<&str>) -> Action {
    Action {
        name: name.into(),
        integration: integration.into(),
        description: description.into(),
        parameters: parameters.map(Into::into),
        declared: None,
    }
}

const CHANNEL: &str =
    r#"{"required":["channel"],"properties":{"channel":{"type":"string"},"blocks":{"type":"array"}}}"#;
const RECIPIENTS: &str = r#"{"required":["toRecipients"],"properties":{"toRecipients":{"type":"object"}}}"#;

fn catalogue() -> Catalogue {
    let actions = vec![
        action("slack", "SLACK_SEND_MESSAGE", "Posts to a conversation.", Some(CHANNEL)),
        action("slack", "SLACK_LIST_CHANNELS", "Lists conversations.", None),
        action("slack", "SLACK_DELETE_MESSAGE", "", None),
        action("gmail", "GMAIL_SEND_EMAIL", "Send an email, perhaps to Zürich.", Some(RECIPIENTS)),
        action("monday.com", "MONDAY_CREATE_ITEM", "", None),
        action("microsoftTeams", "TEAMS_SEND_MESSAGE_IN_CHAT", "", None),
        action("linear", "searchIssues", "Finds issues by their text.", None),
    ];
    Catalogue::new(actions, vec![], None)
}

struct Searched {
    index: Index,
    found: Found,
    names: Vec<String>,
}

impl Searched {
    fn why(&self, name: &str) -> Why {
        self.found.why(&self.index, &self.hit(name))
    }

    fn hit(&self, name: &str) -> Hit {
        *self.names.iter().position(|n| n == name).and_then(|at| self.found.hits.get(at)).expect("a result")
    }

    fn marked(&self, name: &str) -> String {
        let marks = self.found.marks(&self.index, &self.hit(name));
        let mut shown = name.to_owned();
        for mark in marks.iter().rev() {
            shown.insert(mark.end, ']');
            shown.insert(mark.start, '[');
        }
        shown
    }
}

fn search(query: &str) -> Searched {
    search_with(query, &Facts::default())
}

fn search_with(query: &str, facts: &Facts<'_>) -> Searched {
    let catalogue = catalogue();
    let index = Index::new(&catalogue);
    let found = Searcher::new().search(&index, &Query::parse(query), facts);
    let names = found.hits.iter().map(|hit| catalogue.name(hit.action).to_owned()).collect();
    Searched { index, found, names }
}

fn names(query: &str) -> Vec<String> {
    search(query).names
}

#[test]
fn nothing_typed_is_everything_in_catalogue_order() {
    let all = search("");
    assert_eq!(all.found.hits.iter().map(|h| h.action).collect::<Vec<_>>(), (0..7).collect::<Vec<_>>());
    assert_eq!(all.why("GMAIL_SEND_EMAIL"), Why::All);
    assert_eq!(all.marked("GMAIL_SEND_EMAIL"), "GMAIL_SEND_EMAIL");
    let slack = names("in:slack");
    assert_eq!(slack, ["SLACK_SEND_MESSAGE", "SLACK_LIST_CHANNELS", "SLACK_DELETE_MESSAGE"]);
}

#[test]
fn marks_show_what_matched() {
    for (query, name, expected) in [
        ("send mess", "SLACK_SEND_MESSAGE", "SLACK_[SEND]_[MESS]AGE"),
        ("ssm", "SLACK_SEND_MESSAGE", "[S]LACK_[S]END_[M]ESSAGE"),
        ("sendmess", "SLACK_SEND_MESSAGE", "SLACK_[SEND]_[MESS]AGE"),
        ("slk msg", "SLACK_SEND_MESSAGE", "[SL]AC[K]_SEND_[M]E[S]SA[G]E"),
        ("remove message", "SLACK_DELETE_MESSAGE", "SLACK_[DELETE]_[MESSAGE]"),
        ("msteams send", "TEAMS_SEND_MESSAGE_IN_CHAT", "[TEAMS]_[SEND]_MESSAGE_IN_CHAT"),
        ("slakc send", "SLACK_SEND_MESSAGE", "[SLACK]_[SEND]_MESSAGE"),
        ("search iss", "searchIssues", "[searchIss]ues"),
        ("\"send message\"", "SLACK_SEND_MESSAGE", "SLACK_[SEND_MESSAGE]"),
        ("mai", "GMAIL_SEND_EMAIL", "G[MAI]L_SEND_EMAIL"),
        ("kge", "SLACK_SEND_MESSAGE", "SLAC[K]_SEND_MESSA[GE]"),
    ] {
        assert_eq!(search(query).marked(name), expected, "{query}");
    }
}

#[test]
fn a_result_says_where_it_matched() {
    assert_eq!(search("send").why("SLACK_SEND_MESSAGE"), Why::Name);
    assert_eq!(search("conversation send").why("SLACK_SEND_MESSAGE"), Why::Description);
    assert_eq!(search("recipients").names, Vec::<String>::new(), "a parameter's words are its beginnings");
    assert_eq!(search("torec").why("GMAIL_SEND_EMAIL"), Why::Parameter("toRecipients".into()));
    assert_eq!(search("channel send").why("SLACK_SEND_MESSAGE"), Why::Parameter("channel".into()));
    assert_eq!(search("linear search").why("searchIssues"), Why::Integration);
    assert_eq!(names("zürich"), ["GMAIL_SEND_EMAIL"]);
}

#[test]
fn names_outrank_parameters_and_descriptions() {
    assert_eq!(names("channel"), ["SLACK_LIST_CHANNELS", "SLACK_SEND_MESSAGE"]);
}

#[test]
fn qualifiers_let_through_what_they_say() {
    assert_eq!(names("kind:send"), ["GMAIL_SEND_EMAIL", "TEAMS_SEND_MESSAGE_IN_CHAT", "SLACK_SEND_MESSAGE"]);
    assert_eq!(names("kind:send -in:gmail message"), ["SLACK_SEND_MESSAGE", "TEAMS_SEND_MESSAGE_IN_CHAT"]);
    assert_eq!(names("kind:delete,read -linear"), ["SLACK_LIST_CHANNELS", "SLACK_DELETE_MESSAGE"]);
    assert_eq!(names("param:blocks"), ["SLACK_SEND_MESSAGE"]);
    assert_eq!(names("needs:blocks"), Vec::<String>::new());
    assert_eq!(names("needs:toRecipients"), ["GMAIL_SEND_EMAIL"]);
    assert_eq!(names("type:array"), ["SLACK_SEND_MESSAGE"]);
    assert_eq!(names("in:monday.com"), ["MONDAY_CREATE_ITEM"]);
    assert_eq!(names("in:msteams"), ["TEAMS_SEND_MESSAGE_IN_CHAT"]);
    assert_eq!(names("send -\"send message\""), ["GMAIL_SEND_EMAIL"]);
    assert_eq!(names("\"send mess"), ["SLACK_SEND_MESSAGE", "TEAMS_SEND_MESSAGE_IN_CHAT"]);
    assert_eq!(names("\"send mess\""), Vec::<String>::new());
    assert_eq!(names("\"an email\""), ["GMAIL_SEND_EMAIL"]);
}

#[test]
fn a_qualifier_given_twice_lets_through_either_where_both_cannot_be() {
    let sorted = |query: &str| {
        let mut names = names(query);
        names.sort();
        names
    };
    let either = sorted("in:slack,monday");
    assert!(either.len() > names("in:slack").len() && !names("in:monday").is_empty());
    assert_eq!(sorted("in:slack in:monday"), either);
    assert_eq!(sorted("in:monday -kind:read in:slack"), sorted("in:slack,monday -kind:read"));
    assert_eq!(sorted("in:slack -in:slack in:monday"), sorted("in:monday"));
    assert_eq!(sorted("kind:read kind:send"), sorted("kind:read,send"));
}

#[test]
fn what_names_nothing_finds_nothing_and_what_cannot_be_answered_is_ignored_and_both_are_said() {
    let found = search("in:slak send");
    assert_eq!(found.found.problems[0].message, "No integration here is called slak. Did you mean in:slack?");
    assert_eq!(found.found.problems[0].span, 0..7);
    assert!(found.names.is_empty(), "{:?}", found.names);
    let found = search("in:slak,gmail");
    assert_eq!((found.found.problems.len(), &found.names), (1, &search("in:gmail").names));
    assert_eq!(search("-in:slak send").names, search("send").names);
    assert_eq!(search("is:connected").found.problems[0].message, "Connections are not known here, so is: is ignored.");
    assert_eq!(search("category:crm").names.len(), 7);
}

#[test]
fn a_correction_is_judged_by_what_the_qualifiers_leave() {
    let actions = vec![action("x", "X_GET", "Named chnanel.", None), action("slack", "SLACK_LIST_CHANNEL", "", None)];
    let index = Index::new(&Catalogue::new(actions, vec![], None));
    let search = |query: &str| Searcher::new().search(&index, &Query::parse(query), &Facts::default());
    assert_eq!(search("chnanel").corrected, None, "a word of a description is no mistake");
    let found = search("in:slack chnanel");
    assert_eq!((found.hits[0].action, found.corrected.as_deref()), (0, Some("channel")));
}

#[test]
fn facts_answer_the_rest() {
    let set = |names: &[&str]| names.iter().map(|n| Arc::from(*n)).collect::<BTreeSet<Arc<str>>>();
    let (connected, favourites, new) = (set(&["gmail"]), set(&["searchIssues"]), set(&["SLACK_LIST_CHANNELS"]));
    let recent = [Arc::from("SLACK_SEND_MESSAGE")];
    let categories = BTreeMap::from([(Arc::from("linear"), vec!["Project management".to_owned()])]);
    let side_effects = BTreeMap::from([(Arc::from("MONDAY_CREATE_ITEM"), SideEffect::Read)]);
    let facts = Facts {
        connected: Some(&connected),
        favourites: Some(&favourites),
        recent: Some(&recent),
        new: Some(&new),
        uses: None,
        categories: Some(&categories),
        side_effects: Some(&side_effects),
    };
    let names = |query: &str| search_with(query, &facts).names;
    assert_eq!(names("is:connected"), ["GMAIL_SEND_EMAIL"]);
    assert_eq!(names("is:fav"), ["searchIssues"]);
    assert_eq!(names("is:recent,new"), ["SLACK_SEND_MESSAGE", "SLACK_LIST_CHANNELS"]);
    assert_eq!(names("is:connected,new"), ["GMAIL_SEND_EMAIL", "SLACK_LIST_CHANNELS"]);
    assert_eq!(names("category:project"), ["searchIssues"]);
    assert_eq!(names("kind:read in:monday"), ["MONDAY_CREATE_ITEM"]);
}

#[test]
fn ties_go_to_the_more_used_then_the_shorter() {
    let actions = vec![action("a", "A_SEND_X2", "", None), action("b", "B_SEND_X", "", None)];
    let catalogue = Catalogue::new(actions, vec![], None);
    let index = Index::new(&catalogue);
    let first = |facts: &Facts<'_>| Searcher::new().search(&index, &Query::parse("send"), facts).hits[0].action;
    assert_eq!(first(&Facts::default()), 1);
    let uses = BTreeMap::from([(Arc::from("A_SEND_X2"), 3), (Arc::from("B_SEND_X"), 2)]);
    assert_eq!(first(&Facts { uses: Some(&uses), ..Facts::default() }), 0);
}

#[test]
fn a_new_index_is_never_searched_for_the_old_ones_survivors() {
    let old = Index::new(&catalogue());
    let new = Index::new(&Catalogue::new(vec![action("x", "X_SEND", "", None)], vec![], None));
    let mut searcher = Searcher::new();
    assert_eq!(searcher.search(&old, &Query::parse("chann"), &Facts::default()).hits.len(), 2);
    assert_eq!(searcher.search(&new, &Query::parse("channels"), &Facts::default()).hits.len(), 0);
    assert_eq!(searcher.search(&new, &Query::parse("send"), &Facts::default()).hits.len(), 1);
}

#[test]
fn many_actions_are_ranked_as_few_are() {
    let many = (0..25_000).map(|i| action("x", &format!("X_GET_ROW_{i}"), "", None)).collect();
    let catalogue = Catalogue::new(many, vec![], None);
    let index = Index::new(&catalogue);
    let found = Searcher::new().search(&index, &Query::parse("row 24999"), &Facts::default());
    assert_eq!(found.hits.len(), 1);
    assert_eq!(catalogue.name(found.hits[0].action), "X_GET_ROW_24999");
    let all = Searcher::new().search(&index, &Query::parse("row"), &Facts::default()).hits;
    let key = |hit: &Hit| (std::cmp::Reverse(hit.score), catalogue.name(hit.action));
    assert_eq!(all.len(), 25_000);
    assert!(all.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])));
}

/// Words that meet in names, descriptions, parameters and queries often enough for every rule to be met.
fn word() -> impl Strategy<Value = String> {
    let known = [
        "slack",
        "salesforce",
        "googleDrive",
        "send",
        "message",
        "delete",
        "remove",
        "create",
        "record",
        "contact",
        "contacts",
        "company",
        "companies",
        "s3",
        "s",
        "sf",
        "gdrive",
        "to",
        "in",
        "search",
        "find",
        "list",
        "größe",
        "チャンネル",
        "İX",
        "mesage",
        "slakc",
        "channelId",
        "e",
        "ss",
    ];
    prop_oneof![8 => select(known.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,6}"]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => vec(word(), 1..5).prop_map(|words| words.join("_").to_uppercase()),
        1 => vec(word(), 1..4).prop_map(|words| words.concat()),
        1 => "\\PC{0,300}",
    ]
}

fn anything() -> impl Strategy<Value = Catalogue> {
    let parameters = prop_oneof![
        Just(None),
        word().prop_map(|w| Some(format!("{{\"properties\":{{{}:{{}}}}}}", serde_json::Value::from(w)))),
    ];
    let one = (word(), name(), vec(word(), 0..6), parameters);
    let one = one.prop_map(|(key, name, text, schema)| action(&key, &name, &text.join(" "), schema.as_deref()));
    vec(one, 0..24).prop_map(|actions| Catalogue::new(actions, vec![], None))
}

/// What a person does to the search line, one after the other: type words, take letters back, start again.
fn typing() -> impl Strategy<Value = Vec<String>> {
    let part = prop_oneof![
        8 => word(),
        1 => word().prop_map(|w| format!("-{w}")),
        1 => word().prop_map(|w| format!("\"{w}\"")),
        1 => word().prop_map(|w| format!("in:{w}")),
        1 => Just("kind:write".to_owned()),
    ];
    vec((vec(part, 1..4), 0..6_usize, any::<bool>()), 1..3).prop_map(|lines| {
        let mut states = Vec::new();
        let mut line = String::new();
        for (parts, back, anew) in lines {
            if anew {
                line.clear();
            }
            for c in parts.join(" ").chars() {
                line.push(c);
                states.push(line.clone());
            }
            for _ in 0..back {
                line.pop();
                states.push(line.clone());
            }
        }
        states
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn typing_on_finds_what_searching_anew_finds(catalogue in anything(), states in typing()) {
        let index = Index::new(&catalogue);
        let mut searcher = Searcher::new();
        for state in states {
            let query = Query::parse(&state);
            let typed = searcher.search(&index, &query, &Facts::default());
            let anew = Searcher::new().search(&index, &query, &Facts::default());
            prop_assert_eq!(&typed.hits, &anew.hits, "{:?}", state);
            prop_assert_eq!(&typed, &anew);
        }
    }

    #[test]
    fn results_are_in_one_order_and_marks_inside_names(catalogue in anything(), query in "\\PC{0,20}|[a-z ]{0,12}") {
        let index = Index::new(&catalogue);
        let found = Searcher::new().search(&index, &Query::parse(&query), &Facts::default());
        let name = |hit: &Hit| catalogue.name(hit.action);
        if found.hits.iter().any(|hit| hit.score != Score::default()) {
            let keys: Vec<_> = found.hits.iter().map(|hit| (std::cmp::Reverse(hit.score), name(hit))).collect();
            prop_assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
        }
        for hit in &found.hits {
            let mut end = 0;
            for (number, mark) in found.marks(&index, hit).into_iter().enumerate() {
                prop_assert!(name(hit).get(mark.clone()).is_some_and(|text| !text.is_empty()));
                prop_assert!(number == 0 || mark.start > end);
                end = mark.end;
            }
            prop_assert_eq!(found.why(&index, hit) == Why::All, hit.score == Score::default());
        }
    }
}
