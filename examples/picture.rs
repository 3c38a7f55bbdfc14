//! Draws the README's pictures: the real program, stepped through a real session with the embedded sandbox, its screen
//! buffer written as SVG.
//!
//! ```text
//! cargo run --example picture
//! ```
//!
//! writes `assets/*.svg` anew. The same program gives the same pictures: the sandbox's world is fixed, and the one
//! thing that differs from run to run, how long the answer took, is set to a fixed time before drawing.

use std::{error::Error, fmt::Write as _, fs, path::Path, sync::Arc, time::Duration};

use akx::{
    app::{
        Message,
        effect::Destination,
        geometry::{Pane, Size},
        key::{Code, Key},
        runs::RunState,
        session::Session as AppSession,
        state::Start,
    },
    client::{Client, Target},
    domain::{
        failure::{Failure, FailureKind},
        guard::Place,
        run::Outcome,
        token::Claims,
    },
    runtime::{
        Connection, Host, Options,
        host::{Others, People, Source, Task},
        session::Session,
    },
    sandbox,
    store::history::History,
    ui::Theme,
};
use ratatui::{
    Terminal,
    backend::TestBackend,
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};
use secrecy::{ExposeSecret as _, SecretString};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// A picture to draw.
struct Picture {
    file: &'static str,
    size: Size,
    theme: Theme,
    look: &'static Look,
    /// The pane that takes the keys in it.
    focus: Pane,
}

const PICTURES: &[Picture] = &[
    Picture {
        file: "akx.svg",
        size: Size { width: 140, height: 32 },
        theme: Theme::Dark,
        look: &DARK,
        focus: Pane::Response,
    },
    Picture {
        file: "akx-light.svg",
        size: Size { width: 140, height: 32 },
        theme: Theme::Light,
        look: &LIGHT,
        focus: Pane::Response,
    },
    Picture {
        file: "akx-80x24.svg",
        size: Size { width: 80, height: 24 },
        theme: Theme::Dark,
        look: &DARK,
        focus: Pane::Action,
    },
];

#[tokio::main]
async fn main() -> Result {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    for picture in PICTURES {
        let buffer = story(picture).await?;
        fs::write(assets.join(picture.file), svg(&buffer, "akx demo", picture.look))?;
    }
    Ok(())
}

// ------------------------------------------------------------------------------------------------------- the story --

/// Somebody finds an action, fills its form, runs it and reads the answer.
async fn story(picture: &Picture) -> Result<Buffer> {
    let sandbox = sandbox::start(sandbox::Config::default()).await?;
    let options = Options {
        start: Start::Open(Destination::Sandbox),
        theme: picture.theme,
        present: false,
        host: Arc::new(Demo { base_url: sandbox.base_url() }),
        data: std::env::temp_dir(),
        programs: akx::runtime::Programs::default(),
    };
    let screen = Terminal::new(TestBackend::new(picture.size.width, picture.size.height))?;
    let mut actor = Actor { session: Session::new(picture.size, options), screen };
    actor
        .wait_for("catalogue and connections", |s| s.app.catalogue.value.is_some() && s.app.connections.value.is_some())
        .await?;
    actor.type_text("send mess");
    actor.press(Code::Enter);
    for text in ["C0123456789", "Version 2.4 is out :tada:", "release bot"] {
        actor.type_text(text);
        actor.press(Code::Enter);
    }
    actor.type_text(":rocket:");
    actor.session.step(Message::Key(Key::ctrl('r')));
    actor.wait_for("an answer", |s| s.app.runs.viewer().is_some()).await?;
    actor.fix_times();
    actor.session.app.notice = None;
    for _ in Pane::ALL {
        if actor.session.app.focus != picture.focus {
            actor.session.step(Message::Key(Key::ctrl('l')));
        }
    }
    if picture.focus == Pane::Response {
        // To the text of the message, whose path is then shown.
        (0..9).for_each(|_| actor.press(Code::Down));
    }
    actor.screen.draw(|frame| actor.session.draw(frame))?;
    Ok(actor.screen.backend().buffer().clone())
}

struct Actor {
    session: Session,
    screen: Terminal<TestBackend>,
}

impl Actor {
    fn press(&mut self, code: Code) {
        self.session.step(Message::Key(Key::plain(code)));
    }

    fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.press(Code::Char(c));
        }
    }

    async fn wait_for(&mut self, what: &str, there: impl Fn(&Session) -> bool) -> Result {
        while !there(&self.session) {
            let step = tokio::time::timeout(Duration::from_secs(10), self.session.step_next()).await;
            step.map_err(|_| format!("waited in vain for {what}"))?;
        }
        Ok(())
    }

    fn fix_times(&mut self) {
        const TOOK: Duration = Duration::from_millis(12);
        if let Some(run) = self.session.app.runs.shown_mut()
            && let RunState::Ended { took, outcome, .. } = &mut run.state
        {
            *took = TOOK;
            if let Outcome::Answered(response) = outcome {
                response.took = TOOK;
            }
        }
    }
}

/// Connects to the sandbox as its first user, as `akx demo` does.
struct Demo {
    base_url: String,
}

impl Host for Demo {
    fn connect(&self, _: Destination, _: Option<SecretString>) -> Task<std::result::Result<Connection, Failure>> {
        let base_url = self.base_url.clone();
        Box::pin(async move {
            connection(base_url).map_err(|e| Failure::new(FailureKind::Internal, e.to_string(), "Look at the sandbox."))
        })
    }
}

fn connection(base_url: String) -> Result<Connection> {
    let user = sandbox::USERS.first().ok_or("the sandbox knows nobody")?;
    let now = std::time::UNIX_EPOCH.elapsed()?.as_secs();
    let token = sandbox::token(user.id, sandbox::PROJECT, Duration::from_secs(12 * 3600), i64::try_from(now)?)?;
    let session = AppSession {
        profile: "sandbox".to_owned(),
        place: Place::Sandbox,
        base_url: base_url.clone(),
        project: sandbox::PROJECT.to_owned(),
        claims: Claims::read(token.expose_secret())?,
        ..AppSession::default()
    };
    let client = Client::new(Target::new(base_url, sandbox::PROJECT), &token)?;
    Ok(Connection {
        session,
        source: Source::Server { client, cache: None },
        drafts: None,
        usage: None,
        people: People::Made(Vec::new()),
        history: History::in_memory(),
        others: Others::none(),
        journals: None,
    })
}

// --------------------------------------------------------------------------------------------------------- the SVG --

/// The colours of a terminal window.
struct Look {
    background: &'static str,
    foreground: &'static str,
    frame: &'static str,
    title: &'static str,
}

const DARK: Look = Look { background: "#191c2b", foreground: "#d5daf0", frame: "#353a52", title: "#8b93b3" };
const LIGHT: Look = Look { background: "#fcfcfe", foreground: "#262b3d", frame: "#d0d4e0", title: "#5f6680" };

/// The size of a cell and of what is around the screen, in pixels.
const CELL: (f32, f32) = (8.4, 18.0);
const FONT_SIZE: f32 = 14.0;
const BASELINE: f32 = 13.5;
const PAD: f32 = 10.0;
const TITLE_BAR: f32 = 32.0;

/// Writes a screen as a terminal window. Texts are pinned to the grid with `textLength`, so that any monospaced font
/// will do; lines between cells are drawn as paths, so that they meet in any.
fn svg(buffer: &Buffer, title: &str, look: &Look) -> String {
    let area = buffer.area;
    let (width, height) = (f32::from(area.width) * CELL.0, f32::from(area.height) * CELL.1);
    let (whole_width, whole_height) = (width + 2.0 * PAD, height + TITLE_BAR + PAD);
    let Look { background, foreground, frame, title: title_color } = look;
    let mut out = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole_width:.0} {whole_height:.0}" width="{whole_width:.0}" height="{whole_height:.0}">
<title>{}</title>
<style>text{{font:{FONT_SIZE}px ui-monospace,"JetBrains Mono","SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:{foreground}}}.b{{font-weight:bold}}.i{{font-style:italic}}.u{{text-decoration:underline}}.d{{opacity:.65}}path{{fill:none;stroke-width:1.2}}.h{{stroke-width:3}}</style>
<rect x=".5" y=".5" width="{:.0}" height="{:.0}" rx="9" fill="{background}" stroke="{frame}"/>
"#,
        escaped(title),
        whole_width - 1.0,
        whole_height - 1.0,
    );
    for (i, light) in ["#f6695e", "#f5bd4f", "#61c454"].iter().enumerate() {
        let x = 19 + 20 * i;
        // Writing to a String cannot fail.
        let _ = writeln!(out, r#"<circle cx="{x}" cy="16.5" r="6" fill="{light}"/>"#);
    }
    let _ = writeln!(
        out,
        r#"<text x="{:.1}" y="21" text-anchor="middle" style="font-size:13px;fill:{title_color}">{}</text>"#,
        whole_width / 2.0,
        escaped(title),
    );
    let _ = writeln!(out, r#"<g transform="translate({PAD} {TITLE_BAR})">"#);
    for y in 0..area.height {
        let row: Vec<&Cell> = (0..area.width).map(|x| &buffer[(area.x + x, area.y + y)]).collect();
        draw_row(&mut out, &row, f32::from(y) * CELL.1, look);
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// How a cell looks, in SVG's words; reversed colours are already exchanged.
#[derive(Debug, Clone, PartialEq)]
struct Paint {
    fill: String,
    background: String,
    modifier: Modifier,
}

impl Paint {
    fn of(cell: &Cell, look: &Look) -> Self {
        let mut paint = Self {
            fill: color(cell.fg, look.foreground),
            background: color(cell.bg, look.background),
            modifier: cell.modifier,
        };
        if cell.modifier.contains(Modifier::REVERSED) {
            std::mem::swap(&mut paint.fill, &mut paint.background);
        }
        paint
    }
}

/// The pictures are drawn in the 24-bit themes, which name colours as red, green and blue or leave the terminal's own.
fn color(color: Color, own: &str) -> String {
    match color {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        _ => own.to_owned(),
    }
}

fn draw_row(out: &mut String, row: &[&Cell], y: f32, look: &Look) {
    let paints: Vec<Paint> = row.iter().map(|cell| Paint::of(cell, look)).collect();
    for (start, end) in runs(row.len(), |a, b| paints[a].background == paints[b].background) {
        let background = &paints[start].background;
        if background != look.background {
            let (x, width) = (column(start), column(end - start));
            let height = CELL.1;
            let _ = writeln!(
                out,
                r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height}" fill="{background}"/>"#
            );
        }
    }
    // Lines as paths: a run of one colour becomes one path.
    for (start, end) in runs(row.len(), |a, b| paints[a] == paints[b] && is_line(row[a]) == is_line(row[b])) {
        if !is_line(row[start]) {
            continue;
        }
        let lines: String = (start..end).map(|x| line(row[x].symbol(), column(x), y)).collect();
        let heavy = if row[start].symbol() == "┃" { r#" class="h""# } else { "" };
        let _ = writeln!(out, r#"<path{heavy} stroke="{}" d="{lines}"/>"#, paints[start].fill);
    }
    // Text: broken where the look changes, around gaps, and around what another font may have to draw.
    let alone = |x: usize| !row[x].symbol().is_ascii();
    let gap = |x: usize| row[x].symbol() == " " && row.get(x + 1).is_none_or(|next| next.symbol() == " ");
    let joined = |a: usize, b: usize| paints[a] == paints[b] && !alone(a) && !alone(b) && !gap(a) && !gap(b);
    for (start, end) in runs(row.len(), joined) {
        let text: String = row[start..end].iter().map(|cell| cell.symbol()).collect();
        if text.trim().is_empty() || is_line(row[start]) {
            continue;
        }
        // A space at either end is not text.
        let before = text.len() - text.trim_start().len();
        let (start, end) = (start + before, end - (text.len() - text.trim_end().len()).min(end - start - 1));
        let Paint { fill, modifier, .. } = &paints[start];
        let fill = if *fill == look.foreground { String::new() } else { format!(r#" style="fill:{fill}""#) };
        let _ = writeln!(
            out,
            r#"<text x="{:.1}" y="{:.1}" textLength="{:.1}"{}{fill}>{}</text>"#,
            column(start),
            y + BASELINE,
            column(end - start),
            class(*modifier),
            escaped(text.trim()),
        );
    }
}

fn class(modifier: Modifier) -> String {
    let classes: Vec<&str> =
        [(Modifier::BOLD, "b"), (Modifier::ITALIC, "i"), (Modifier::UNDERLINED, "u"), (Modifier::DIM, "d")]
            .into_iter()
            .filter_map(|(of, class)| modifier.contains(of).then_some(class))
            .collect();
    if classes.is_empty() { String::new() } else { format!(r#" class="{}""#, classes.join(" ")) }
}

/// The ranges of `0..length` whose neighbours `joined` holds together.
fn runs(length: usize, joined: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut start = 0;
    for at in 1..=length {
        if at == length || !joined(at - 1, at) {
            runs.push((start, at));
            start = at;
        }
    }
    runs
}

fn is_line(cell: &Cell) -> bool {
    "─│┃╭╮╰╯".contains(cell.symbol())
}

/// A box-drawing character as path commands in the cell whose upper left corner is at `x`, `y`.
fn line(symbol: &str, x: f32, y: f32) -> String {
    let (width, height) = CELL;
    let (middle, centre) = (x + width / 2.0, y + height / 2.0);
    let (right, bottom) = (x + width, y + height);
    match symbol {
        "─" => format!("M{x:.1} {centre:.1}H{right:.1}"),
        "│" | "┃" => format!("M{middle:.1} {y:.1}V{bottom:.1}"),
        "╭" => format!("M{middle:.1} {bottom:.1}Q{middle:.1} {centre:.1} {right:.1} {centre:.1}"),
        "╮" => format!("M{middle:.1} {bottom:.1}Q{middle:.1} {centre:.1} {x:.1} {centre:.1}"),
        "╰" => format!("M{middle:.1} {y:.1}Q{middle:.1} {centre:.1} {right:.1} {centre:.1}"),
        "╯" => format!("M{middle:.1} {y:.1}Q{middle:.1} {centre:.1} {x:.1} {centre:.1}"),
        _ => String::new(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a screen's columns are few")]
fn column(x: usize) -> f32 {
    x as f32 * CELL.0
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
