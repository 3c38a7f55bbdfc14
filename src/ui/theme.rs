//! Looks by role: every colour and weight akx uses, in one table a theme.
//!
//! Meaning never hangs on colour alone: what a colour says is also said by a word or a sign.

use ratatui::style::{Color, Modifier, Style};

use crate::{app::page::Tone, domain::document::Token, domain::profile::Colour, domain::side_effect::SideEffect};

/// What a piece of the screen is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Something less important.
    Hint,
    /// The bar on top.
    Bar,
    /// The program's name in it.
    Brand,
    /// Something in the bar that must not be overlooked.
    BarWarning,
    /// The border of a pane.
    Border,
    /// The border of the pane that takes the keys.
    BorderFocus,
    /// A pane's title, a heading.
    Heading,
    /// The row the cursor is on, in the pane that takes the keys.
    Cursor,
    /// The row the cursor is on, elsewhere.
    CursorAway,
    /// A part that matches what was searched for.
    Match,
    /// A name from the schema.
    Name,
    /// A key of the keyboard.
    Key,
    /// The mark of something that must be there.
    Required,
    /// A text cell that is not being typed in.
    Cell,
    /// A text cell that is being typed in.
    CellFocus,
    /// A button.
    Button,
    /// The button the cursor is on.
    ButtonFocus,
    /// Something wrong.
    Error,
    /// Something doubtful.
    Warning,
    /// Something good.
    Good,
    /// A side effect.
    Effect(SideEffect),
    /// A piece of a document.
    Json(Token),
    /// Emphasised text.
    Emphasis,
    /// A profile's name in the bar, in the colour that the person gave it.
    BarMark(Colour),
}

impl Role {
    /// Every role, for tests and for pictures of the theme.
    pub const ALL: [Self; 41] = [
        Self::Text,
        Self::Hint,
        Self::Bar,
        Self::Brand,
        Self::Border,
        Self::BorderFocus,
        Self::Heading,
        Self::Cursor,
        Self::CursorAway,
        Self::Match,
        Self::Name,
        Self::Key,
        Self::Required,
        Self::Cell,
        Self::CellFocus,
        Self::Button,
        Self::ButtonFocus,
        Self::Error,
        Self::Warning,
        Self::Good,
        Self::Effect(SideEffect::Read),
        Self::Effect(SideEffect::Unknown),
        Self::Effect(SideEffect::Write),
        Self::Effect(SideEffect::Send),
        Self::Effect(SideEffect::Delete),
        Self::Json(Token::Key),
        Self::Json(Token::String),
        Self::Json(Token::Number),
        Self::Json(Token::Bool),
        Self::Json(Token::Null),
        Self::Json(Token::Punctuation),
        Self::Json(Token::Text),
        Self::Json(Token::Remark),
        Self::BarWarning,
        Self::Emphasis,
        Self::BarMark(Colour::Red),
        Self::BarMark(Colour::Orange),
        Self::BarMark(Colour::Yellow),
        Self::BarMark(Colour::Green),
        Self::BarMark(Colour::Blue),
        Self::BarMark(Colour::Purple),
    ];
}

impl From<Tone> for Role {
    fn from(tone: Tone) -> Self {
        match tone {
            Tone::Text => Self::Text,
            Tone::Heading => Self::Heading,
            Tone::Emphasis => Self::Emphasis,
            Tone::Hint => Self::Hint,
            Tone::Name => Self::Name,
            Tone::Key => Self::Key,
            Tone::Required => Self::Required,
            Tone::Error => Self::Error,
            Tone::Warning => Self::Warning,
            Tone::Good => Self::Good,
            Tone::Effect(effect) => Self::Effect(effect),
        }
    }
}

/// A set of looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// For dark backgrounds, in 24-bit colours.
    Dark,
    /// For light backgrounds, in 24-bit colours.
    Light,
    /// In the terminal's own sixteen colours.
    Sixteen,
    /// Without colour: weight, underline and reverse only.
    Plain,
    /// Every role as a colour number of its own, its place in [`Role::ALL`]: for pictures that show the roles.
    Roles,
}

/// The colours of a 24-bit theme.
struct Palette {
    text: Color,
    hint: Color,
    border: Color,
    bar: Color,
    cursor: Color,
    away: Color,
    cell: Color,
    accent: Color,
    red: Color,
    orange: Color,
    yellow: Color,
    green: Color,
    cyan: Color,
    purple: Color,
}

const fn rgb(hex: u32) -> Color {
    let [_, r, g, b] = hex.to_be_bytes();
    Color::Rgb(r, g, b)
}

const DARK: Palette = Palette {
    text: Color::Reset,
    hint: rgb(0x8b_93_b3),
    border: rgb(0x4a_52_72),
    bar: rgb(0x24_29_3e),
    cursor: rgb(0x2f_3b_63),
    away: rgb(0x28_2d_42),
    cell: rgb(0x24_29_3e),
    accent: rgb(0x82_aa_ff),
    red: rgb(0xff_75_7f),
    orange: rgb(0xff_96_6c),
    yellow: rgb(0xff_c7_77),
    green: rgb(0xa3_d9_77),
    cyan: rgb(0x7d_d3_e8),
    purple: rgb(0xc0_99_ff),
};

const LIGHT: Palette = Palette {
    text: Color::Reset,
    hint: rgb(0x5f_66_80),
    border: rgb(0xa8_ae_c4),
    bar: rgb(0xe4_e8_f2),
    cursor: rgb(0xcf_dd_f7),
    away: rgb(0xe6_e9_f0),
    cell: rgb(0xec_ef_f6),
    accent: rgb(0x1f_56_c4),
    red: rgb(0xb4_23_34),
    orange: rgb(0xa2_4a_00),
    yellow: rgb(0x7d_5d_00),
    green: rgb(0x2c_6e_1f),
    cyan: rgb(0x00_6a_7d),
    purple: rgb(0x6b_3f_b0),
};

/// The terminal's own colours; backgrounds stay the terminal's, as no sixteenth colour is safe on both kinds.
const SIXTEEN: Palette = Palette {
    text: Color::Reset,
    hint: Color::Reset,
    border: Color::DarkGray,
    bar: Color::Reset,
    cursor: Color::Reset,
    away: Color::Reset,
    cell: Color::Reset,
    accent: Color::Blue,
    red: Color::Red,
    orange: Color::Yellow,
    yellow: Color::Yellow,
    green: Color::Green,
    cyan: Color::Cyan,
    purple: Color::Magenta,
};

impl Theme {
    /// The look of `role`.
    pub fn style(self, role: Role) -> Style {
        match self {
            Self::Dark => coloured(&DARK, role),
            Self::Light => coloured(&LIGHT, role),
            Self::Sixteen => weighted(role).patch(foreground_only(coloured(&SIXTEEN, role))),
            Self::Plain => weighted(role),
            Self::Roles => numbered(role),
        }
    }
}

/// A role as its number: as the background where it is laid over what is there, else as the foreground.
fn numbered(role: Role) -> Style {
    let number = Role::ALL.iter().position(|r| *r == role).and_then(|i| u8::try_from(i).ok()).unwrap_or(u8::MAX);
    let colour = Color::Indexed(number);
    match role {
        Role::Bar | Role::Cursor | Role::CursorAway | Role::CellFocus => Style::new().bg(colour),
        _ => Style::new().fg(colour),
    }
}

fn foreground_only(style: Style) -> Style {
    Style { bg: None, fg: style.fg.filter(|c| *c != Color::Reset), ..style }
}

fn coloured(p: &Palette, role: Role) -> Style {
    let fg = |c| Style::new().fg(c);
    let bold = Modifier::BOLD;
    match role {
        Role::Text | Role::Cell | Role::Json(Token::Text) => fg(p.text),
        Role::Hint | Role::Json(Token::Punctuation | Token::Remark) => fg(p.hint),
        Role::Bar => fg(p.text).bg(p.bar),
        Role::Brand => fg(p.accent).bg(p.bar).add_modifier(bold),
        Role::BarWarning => fg(p.yellow).bg(p.bar).add_modifier(bold),
        Role::BarMark(colour) => {
            let colour = match colour {
                Colour::Red => p.red,
                Colour::Orange => p.orange,
                Colour::Yellow => p.yellow,
                Colour::Green => p.green,
                Colour::Blue => p.accent,
                Colour::Purple => p.purple,
            };
            fg(colour).bg(p.bar).add_modifier(bold)
        }
        Role::Border => fg(p.border),
        Role::BorderFocus | Role::Button => fg(p.accent),
        Role::Heading => fg(p.text).add_modifier(bold),
        Role::Emphasis => fg(p.text).add_modifier(Modifier::ITALIC),
        Role::Cursor => Style::new().bg(p.cursor),
        Role::CursorAway => Style::new().bg(p.away),
        Role::Match => fg(p.yellow).add_modifier(bold),
        Role::Name | Role::Json(Token::Key) => fg(p.cyan),
        Role::Key => fg(p.accent).add_modifier(bold),
        Role::Required => fg(p.red).add_modifier(bold),
        Role::CellFocus => fg(p.text).bg(p.cell),
        Role::ButtonFocus => fg(p.accent).add_modifier(bold | Modifier::REVERSED),
        Role::Error | Role::Effect(SideEffect::Delete) => fg(p.red),
        Role::Warning | Role::Effect(SideEffect::Unknown) => fg(p.yellow),
        Role::Good | Role::Effect(SideEffect::Read) | Role::Json(Token::String) => fg(p.green),
        Role::Effect(SideEffect::Write) | Role::Json(Token::Number) => fg(p.orange),
        Role::Effect(SideEffect::Send) | Role::Json(Token::Bool | Token::Null) => fg(p.purple),
    }
}

fn weighted(role: Role) -> Style {
    let with = |m| Style::new().add_modifier(m);
    match role {
        Role::Hint | Role::Border | Role::Json(Token::Punctuation | Token::Remark) => with(Modifier::DIM),
        Role::Bar | Role::Cursor | Role::ButtonFocus => with(Modifier::REVERSED),
        Role::Brand | Role::BarWarning | Role::BarMark(_) => with(Modifier::REVERSED | Modifier::BOLD),
        Role::Heading
        | Role::BorderFocus
        | Role::Key
        | Role::Required
        | Role::CursorAway
        | Role::Error
        | Role::Effect(SideEffect::Delete) => with(Modifier::BOLD),
        Role::Match | Role::CellFocus => with(Modifier::UNDERLINED),
        Role::Emphasis => with(Modifier::ITALIC),
        Role::Text
        | Role::Name
        | Role::Cell
        | Role::Button
        | Role::Warning
        | Role::Good
        | Role::Effect(SideEffect::Read | SideEffect::Unknown | SideEffect::Write | SideEffect::Send)
        | Role::Json(Token::Key | Token::String | Token::Number | Token::Bool | Token::Null | Token::Text) => {
            Style::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_number() {
        for (i, role) in Role::ALL.iter().enumerate() {
            assert!(!Role::ALL[i + 1..].contains(role), "{role:?} is listed twice");
            let style = numbered(*role);
            assert_ne!(style.fg.or(style.bg), Some(Color::Indexed(u8::MAX)));
        }
    }

    #[test]
    fn the_plain_theme_has_no_colour_and_the_sixteen_no_other() {
        for role in Role::ALL {
            let plain = Theme::Plain.style(role);
            assert_eq!((plain.fg, plain.bg), (None, None), "{role:?}");
            let style = Theme::Sixteen.style(role);
            assert!(!matches!(style.fg, Some(Color::Rgb(..) | Color::Indexed(_))), "{role:?}");
            assert_eq!(style.bg, None, "{role:?}");
        }
    }

    #[test]
    fn what_takes_the_keys_is_told_apart_in_every_theme() {
        for theme in [Theme::Dark, Theme::Light, Theme::Sixteen, Theme::Plain] {
            for (here, away) in [
                (Role::Cursor, Role::CursorAway),
                (Role::BorderFocus, Role::Border),
                (Role::CellFocus, Role::Cell),
                (Role::ButtonFocus, Role::Button),
            ] {
                assert_ne!(theme.style(here), theme.style(away), "{theme:?} {here:?}");
            }
        }
    }
}
