//! Comparing what is listed: with another user's list or a saved one, and with how the server writes definitions.

use crate::{
    app::{
        chooser::{Chooser, Item},
        detail,
        effect::Effect,
        overlay::{MenuChoice, Overlay, Prompt, Purpose},
        page::{Page, Tone, Wrap},
        state::App,
        text_field::TextField,
    },
    domain::{
        document::Value,
        drift::Drift,
        export::{Shape, compare::Compared},
        failure::Failure,
        shared::Shared,
        text::{clean, cut_end},
    },
};

impl App {
    /// Asks with whose list the present one is to be compared.
    pub(super) fn ask_for_other_list(&mut self) -> Vec<Effect> {
        if self.listing().is_none() {
            self.say(Tone::Hint, "There is no list yet.");
            return Vec::new();
        }
        if self.lacks_schemas() {
            return Vec::new();
        }
        self.overlays.push(Overlay::Prompt(Prompt {
            title: "Compare with the list of another user (their id), or with a saved list (its file)".to_owned(),
            field: TextField::line(""),
            problem: None,
            purpose: Purpose::OtherList,
        }));
        Vec::new()
    }

    pub(super) fn compare_list_with(&mut self, with: &str) -> Vec<Effect> {
        let Some(listing) = self.listing().cloned() else { return Vec::new() };
        self.say(Tone::Hint, format!("Reading the list of {with} \u{2026}"));
        vec![Effect::CompareList { listing, with: with.to_owned() }]
    }

    pub(super) fn lists_compared(&mut self, with: &str, result: Result<Shared<Drift>, Failure>) -> Vec<Effect> {
        let drift = match result {
            Ok(drift) => drift,
            Err(failure) => {
                self.say(Tone::Warning, format!("{} {}", failure.message, failure.hint));
                return Vec::new();
            }
        };
        if drift.is_empty() {
            self.say(Tone::Good, format!("The list of {with} is the same."));
            return Vec::new();
        }
        self.notice = None;
        let mine = self.session.user().unwrap_or("this user").to_owned();
        let page = detail::between(&drift, (&mine, with), self.page_columns());
        self.overlays.push(Overlay::Page { title: "Two lists", page });
        Vec::new()
    }

    /// Offers the formats a server may write definitions in.
    pub(super) fn open_formats(&mut self) -> Vec<Effect> {
        if self.are_too_many("akx export --compare-server compares any number.") {
            return Vec::new();
        }
        if self.session.offline {
            self.say(Tone::Hint, "Offline there is no server to compare with.");
            return Vec::new();
        }
        let shapes = [Shape::OpenAi, Shape::Anthropic, Shape::JsonSchema];
        let items = shapes.map(|s| Item { label: super::export::title(s).to_owned(), note: format!("format={s}") });
        self.overlays.push(Overlay::Menu {
            title: "Compare with the server's",
            chooser: Chooser::new(items.into(), 0),
            choices: shapes.map(MenuChoice::CompareDefinitions).into(),
        });
        Vec::new()
    }

    pub(super) fn compare_definitions(&mut self, shape: Shape) -> Vec<Effect> {
        let Some(listing) = self.listing().cloned() else { return Vec::new() };
        let actions = self.browse.found.hits.iter().map(|h| h.action).collect();
        self.say(Tone::Hint, "Asking the server for its definitions \u{2026}");
        vec![Effect::CompareDefinitions { listing, actions, shape }]
    }

    pub(super) fn definitions_compared(
        &mut self,
        shape: Shape,
        result: Result<Option<Compared>, Failure>,
    ) -> Vec<Effect> {
        let compared = match result {
            Ok(Some(compared)) => compared,
            Ok(None) => {
                let text = format!("The server does not write {}: it answered as always.", super::export::title(shape));
                self.say(Tone::Hint, text);
                return Vec::new();
            }
            Err(failure) => {
                self.say(Tone::Warning, format!("{} {}", failure.message, failure.hint));
                return Vec::new();
            }
        };
        if compared.different.is_empty() && compared.missing.is_empty() {
            let text = format!("The server writes all {} as akx does.", compared.same);
            self.say(Tone::Good, text);
            return Vec::new();
        }
        self.notice = None;
        self.overlays.push(Overlay::Page {
            title: "akx and the server",
            page: differences(&compared, shape, self.page_columns()),
        });
        Vec::new()
    }
}

fn differences(compared: &Compared, shape: Shape, columns: usize) -> Page {
    let mut page = Page::default();
    let words = format!(
        "{} as {}: {} the same, {} different, {} not in the server's reply.",
        compared.same + compared.different.len() + compared.missing.len(),
        super::export::title(shape),
        compared.same,
        compared.different.len(),
        compared.missing.len()
    );
    page.wrapped(Tone::Text, &words, Wrap::at(columns));
    let side = |value: Option<&Value>| {
        let text = value.map_or_else(|| "nothing".to_owned(), Value::to_json);
        cut_end(&clean(&text), columns.saturating_sub(14)).into_owned()
    };
    for (name, differences) in &compared.different {
        page.gap();
        page.line(Tone::Name, clean(name).into_owned());
        for d in differences {
            page.line(Tone::Text, format!("  {}", cut_end(&clean(&d.at), columns.saturating_sub(2))));
            page.pieces(vec![(Tone::Hint, "    akx     ".to_owned()), (Tone::Text, side(d.ours.as_ref()))]);
            page.pieces(vec![(Tone::Hint, "    server  ".to_owned()), (Tone::Text, side(d.theirs.as_ref()))]);
        }
    }
    if !compared.missing.is_empty() {
        page.gap();
        page.line(Tone::Heading, "Not in the server's reply");
    }
    for name in &compared.missing {
        page.line(Tone::Text, format!("  {}", clean(name)));
    }
    page
}
