//! A journey through the app: keys and messages in, effects and state out. No terminal, no clock, no network.

use std::time::Duration;

use akx::{
    app::{
        App, Effect, Message,
        batch::Ready,
        effect::{Destination, JournalAsk},
        geometry::Size,
        key::{Code, Key},
        listing::Listing,
        remote::{Dated, LoadId},
        session::Session,
        state::Start,
        viewer::Opened,
    },
    domain::{
        catalogue::Catalogue,
        connection::Connections,
        document::Value,
        failure::Failure,
        guard::Place,
        now::Now,
        rows::{Journal, Rows},
        run::{Body, Outcome, Response, RunId, RunRequest},
        shared::Shared,
        token::Claims,
    },
};

/// The list reply every story begins with.
pub(crate) const ACTIONS: &str = include_str!("../fixtures/actions.json");

/// When stories begin, in Unix seconds.
pub(crate) const BEGIN: i64 = 1_800_000_000;

/// An app and the moment it lives in.
pub(crate) struct Story {
    pub(crate) app: App,
    pub(crate) now: Now,
    /// The effects since somebody last looked.
    pub(crate) effects: Vec<Effect>,
}

impl Story {
    /// The explorer with its catalogue loaded, on a screen of `width` × `height`, on an ordinary project.
    pub(crate) fn begin(width: u16, height: u16) -> Self {
        Self::begin_with(width, height, session(Place::Ordinary))
    }

    /// The same in the sandbox, where nothing is asked.
    pub(crate) fn in_sandbox(width: u16, height: u16) -> Self {
        Self::begin_with(width, height, session(Place::Sandbox))
    }

    pub(crate) fn begin_with(width: u16, height: u16, session: Session) -> Self {
        let mut story = Self::connecting(width, height);
        let Some(Effect::Connect { load, .. }) = story.effects.first().cloned() else { panic!("does not connect") };
        story.take(Message::Connected { load, result: Ok(session) });
        story.load(ACTIONS);
        story.effects.clear();
        story
    }

    /// The explorer before anything has come.
    pub(crate) fn connecting(width: u16, height: u16) -> Self {
        let now = Now::new(Duration::from_secs(1), BEGIN);
        let (app, effects) = App::start(Size { width, height }, now, Start::Open(Destination::Configured));
        Self { app, now, effects }
    }

    /// The welcome screen.
    pub(crate) fn welcome(width: u16, height: u16) -> Self {
        let now = Now::new(Duration::from_secs(1), BEGIN);
        let (app, effects) = App::start(Size { width, height }, now, Start::Welcome);
        Self { app, now, effects }
    }

    pub(crate) fn take(&mut self, message: Message) -> &mut Self {
        let effects = self.app.update(self.now, message);
        self.effects.extend(effects);
        self
    }

    /// Answers the asking for connections with this `sdk/me` reply.
    pub(crate) fn connections(&mut self, me: &str) -> &mut Self {
        let connections = Connections::read(me.as_bytes()).expect("an sdk/me reply");
        if let Some(load) = self.waiting(|e| matches!(e, Effect::LoadConnections { .. })) {
            let result = Ok(Dated { value: connections, at: self.now.unix });
            self.take(Message::ConnectionsLoaded { load, result });
        }
        self
    }

    /// Fails the asking for connections.
    pub(crate) fn no_connections(&mut self, failure: Failure) -> &mut Self {
        if let Some(load) = self.waiting(|e| matches!(e, Effect::LoadConnections { .. })) {
            self.take(Message::ConnectionsLoaded { load, result: Err(failure) });
        }
        self
    }

    /// Answers the loads that are waited for: the catalogue with `list`, the connections with two.
    pub(crate) fn load(&mut self, list: &str) -> &mut Self {
        let catalogue = Catalogue::read(list.as_bytes()).expect("the fixture is a list reply");
        let listing = Dated { value: Shared::new(Listing::new(catalogue)), at: self.now.unix };
        if let Some(load) = self.waiting(|e| matches!(e, Effect::LoadCatalogue { .. })) {
            self.take(Message::CatalogueLoaded { load, result: Ok(listing) });
        }
        let me = r#"{"authenticated":true,"userId":"user-1","integrations":{
            "slack":{"enabled":true,"credentialStatus":"VALID","allCredentials":[{"id":"c1","providerId":"Acme","status":"VALID"}]},
            "gmail":{"enabled":false}}}"#;
        self.connections(me)
    }

    fn waiting(&self, which: impl Fn(&Effect) -> bool) -> Option<LoadId> {
        self.effects.iter().rev().find(|e| which(e)).and_then(|e| match e {
            Effect::LoadCatalogue { load } | Effect::LoadConnections { load } | Effect::Connect { load, .. } => {
                Some(*load)
            }
            _ => None,
        })
    }

    /// Presses keys: letters as they are, others as `<Enter>`, `<^r>`, `<F1>`, `<Space>`.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        for key in parse(keys) {
            self.take(Message::Key(key));
        }
        self
    }

    pub(crate) fn paste(&mut self, text: &str) -> &mut Self {
        self.take(Message::Paste(text.to_owned()))
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, time: Duration) -> &mut Self {
        self.now.uptime += time;
        self.now.unix += i64::try_from(time.as_secs()).expect("a short time");
        self.take(Message::Tick)
    }

    /// The effects since somebody last looked.
    pub(crate) fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// The runs sent since somebody last looked, and forgets the other effects.
    pub(crate) fn sent(&mut self) -> Vec<(RunId, RunRequest)> {
        let runs = |e| if let Effect::Run { id, request, .. } = e { Some((id, request)) } else { None };
        self.effects().into_iter().filter_map(runs).collect()
    }

    /// Answers the opening of a journal with what stands in it.
    pub(crate) fn journal(&mut self, journal: Journal) -> &mut Self {
        let effects = self.effects();
        let opening = effects.iter().find_map(|e| match e {
            Effect::Journal(JournalAsk::Open { load, .. }) => Some(*load),
            _ => None,
        });
        let load = opening.unwrap_or_else(|| panic!("no journal is opened: {effects:?}"));
        self.take(Message::JournalOpened { load, result: Ok(journal) })
    }

    /// Answers the reading of a file of rows, whose content this is, as the runtime would.
    pub(crate) fn rows(&mut self, file: &str) -> &mut Self {
        let asked = self.effects().into_iter().find_map(|e| match e {
            Effect::PrepareRows { load, template, of, .. } => Some((load, *template, *of)),
            _ => None,
        });
        let (load, template, of) = asked.expect("a file is read");
        let prepare = || {
            let rows = Rows::read(file.as_bytes().to_vec())?;
            let journal = of.journal();
            Ok(Ready { rows: Shared::new(template.prepare(rows, |_| true)?), journal })
        };
        self.take(Message::RowsPrepared { load, result: prepare() })
    }

    /// The parameters of the only run sent, as JSON.
    pub(crate) fn sent_parameters(&mut self) -> String {
        let sent = self.sent();
        assert_eq!(sent.len(), 1, "exactly one run");
        sent[0].1.parameters.to_json()
    }

    /// Answers run `id` with `body`.
    pub(crate) fn answer(&mut self, id: RunId, body: &str) -> &mut Self {
        let wire = self.app.runs.get(id).expect("a run").request.wire;
        let response = Response {
            status: 200,
            headers: vec![("content-type".into(), "application/json".into())],
            body: Body::from(body),
            file: None,
            bytes: body.len() as u64,
            took: Duration::from_millis(312),
            request_id: Some("req-1".into()),
            wire,
        };
        let opened = Shared::new(Opened::new(response.body.clone(), Some("application/json")));
        self.take(Message::RunFinished { id, outcome: Outcome::Answered(response), opened: Some(opened) })
    }

    /// Fails run `id`.
    pub(crate) fn fail(&mut self, id: RunId, failure: Failure) -> &mut Self {
        let opened = failure.body.as_ref().map(|b| Shared::new(Opened::new(b.clone(), None)));
        self.take(Message::RunFinished { id, outcome: Outcome::Failed(failure), opened })
    }

    /// The sentence in the footer.
    pub(crate) fn notice(&self) -> &str {
        self.app.notice.as_ref().map_or("", |n| n.text.as_str())
    }

    /// The value of the open form.
    pub(crate) fn value(&self) -> Value {
        self.app.form.as_ref().expect("an open form").form.value()
    }

    /// The label of the row the form's cursor is on.
    pub(crate) fn field(&self) -> &str {
        self.app.form.as_ref().and_then(|f| f.row()).map_or("", |r| r.label.as_str())
    }
}

pub(crate) fn session(place: Place) -> Session {
    Session {
        profile: if place == Place::Sandbox { "sandbox" } else { "staging" }.to_owned(),
        place,
        base_url: "https://actionkit.example.com".to_owned(),
        project: "38b1f170-0c43-4eae-9a04-ab85325d99f7".to_owned(),
        claims: Claims {
            subject: Some("maria@acme.example.com".into()),
            expires_at: Some(BEGIN + 2500),
            ..Claims::default()
        },
        ..Session::default()
    }
}

/// Keys as stories write them.
pub(crate) fn parse(keys: &str) -> Vec<Key> {
    let mut parsed = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        if c == '<'
            && let Some(end) = rest.find('>')
        {
            parsed.push(named(&rest[1..end]));
            rest = &rest[end + 1..];
        } else {
            parsed.push(Key::char(c));
            rest = &rest[c.len_utf8()..];
        }
    }
    parsed
}

fn named(name: &str) -> Key {
    let code = match name {
        "Enter" => Code::Enter,
        "Esc" => Code::Esc,
        "Tab" => Code::Tab,
        "BackTab" => Code::BackTab,
        "Backspace" => Code::Backspace,
        "Del" => Code::Delete,
        "Up" => Code::Up,
        "Down" => Code::Down,
        "Left" => Code::Left,
        "Right" => Code::Right,
        "Home" => Code::Home,
        "End" => Code::End,
        "PgUp" => Code::PageUp,
        "PgDn" => Code::PageDown,
        "Space" => Code::Char(' '),
        "F1" => Code::F(1),
        "F2" => Code::F(2),
        "F5" => Code::F(5),
        "F6" => Code::F(6),
        other => {
            let mut chars = other.chars();
            match (chars.next(), chars.next(), chars.next()) {
                (Some('^'), Some(c), None) => return Key::ctrl(c),
                (Some('M'), Some(c), None) => return Key::alt(Code::Char(c)),
                _ => panic!("no key {other:?}"),
            }
        }
    };
    Key::plain(code)
}
