//! The listed actions as definitions for agents: saved, and weighed.

use crate::{
    app::{
        chooser::{Chooser, Item},
        effect::{Effect, Savable},
        overlay::{MenuChoice, Overlay, Prompt, Purpose},
        page::{Page, Tone, Wrap},
        state::App,
        text_field::TextField,
    },
    domain::{
        action::Action,
        budget::{Cost, TOKENIZER},
        export::{Shape, definition::document},
        text::clean,
    },
};

/// More actions than this are for the command line: the screen would stand still meanwhile.
const MOST: usize = 3_000;

impl App {
    /// Offers the formats the listed actions can be saved in.
    pub(super) fn open_export(&mut self) -> Vec<Effect> {
        if self.are_too_many("akx export writes any number.") {
            return Vec::new();
        }
        let note = |shape| match shape {
            Shape::OpenAi => "tools for chat completions and responses",
            Shape::Anthropic => "tools for messages",
            Shape::JsonSchema => "an array of schemas",
            Shape::Mcp => "the result of tools/list",
        };
        let items = Shape::ALL.map(|s| Item { label: title(s).to_owned(), note: note(s).to_owned() });
        self.overlays.push(Overlay::Menu {
            title: "Export the actions listed as",
            chooser: Chooser::new(items.into(), 0),
            choices: Shape::ALL.map(MenuChoice::Export).into(),
        });
        Vec::new()
    }

    pub(super) fn ask_where_to_export(&mut self, shape: Shape) -> Vec<Effect> {
        let actions = self.listed();
        let count = actions.len();
        let text = document(&actions, shape).to_json_pretty() + "\n";
        self.overlays.push(Overlay::Prompt(Prompt {
            title: format!("Save {count} definitions ({}) to", title(shape)),
            field: TextField::line(&format!("actions.{shape}.json")),
            problem: None,
            purpose: Purpose::Save(Savable::Bytes(text.into())),
        }));
        Vec::new()
    }

    /// Has the definitions of the listed actions weighed.
    pub(super) fn show_budget(&mut self) -> Vec<Effect> {
        if self.are_too_many("akx budget weighs any number.") {
            return Vec::new();
        }
        let actions = self.browse.found.hits.iter().map(|h| h.action).collect();
        let Some(listing) = self.listing().cloned() else { return Vec::new() };
        self.say(Tone::Hint, "Counting tokens …");
        vec![Effect::Weigh { listing, actions }]
    }

    /// Shows what they cost a model, the dearest first, with the sum up to each.
    pub(super) fn weighed(&mut self, costs: &[Cost]) -> Vec<Effect> {
        self.notice = None;
        let total: usize = costs.iter().map(|c| c.tokens).sum();
        let mut page = Page::default();
        let words =
            format!("{total} tokens for {} definitions as OpenAI tools, counted with {TOKENIZER}.", costs.len());
        page.wrapped(Tone::Text, &words, Wrap::at(self.page_columns()));
        page.gap();
        let mut sum = 0;
        for cost in costs {
            sum += cost.tokens;
            page.pieces(vec![
                (Tone::Key, format!("{:>7}", cost.tokens)),
                (Tone::Hint, format!("{:>9}  ", format!("Σ {sum}"))),
                (Tone::Name, clean(&cost.action).into_owned()),
                (Tone::Hint, format!("  {}", clean(&cost.integration))),
            ]);
        }
        self.overlays.push(Overlay::Page { title: "Tokens", page });
        Vec::new()
    }

    /// The actions the search finds, in its order.
    fn listed(&self) -> Vec<Action> {
        let hits = self.browse.found.hits.iter();
        self.listing().map(|l| hits.filter_map(|h| l.action(h.action)).collect()).unwrap_or_default()
    }

    /// Says so where there are too many actions listed for the screen, or none.
    pub(super) fn are_too_many(&mut self, instead: &str) -> bool {
        if self.lacks_schemas() {
            return true;
        }
        match self.browse.found.hits.len() {
            0 => self.say(Tone::Hint, "No action is listed."),
            1..=MOST => return false,
            _ => self.say(Tone::Hint, format!("Narrow the search to {MOST} actions or fewer; {instead}")),
        }
        true
    }
}

pub(super) const fn title(shape: Shape) -> &'static str {
    match shape {
        Shape::OpenAi => "OpenAI",
        Shape::Anthropic => "Anthropic",
        Shape::JsonSchema => "JSON Schema",
        Shape::Mcp => "MCP",
    }
}
