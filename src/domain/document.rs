//! JSON in two forms. [`Value`] is what akx makes and sends: one type with one reader and one writer, exact to the
//! character. [`Document`] is what akx is given: any bytes, of any size and depth, kept as received with an index beside
//! them, and read through [`Tree`], [`Lines`], [`find()`] and the addresses of its nodes.

mod address;
mod chart;
mod complete;
mod content;
mod decode;
mod diff;
mod find;
mod html;
mod index;
mod inset;
mod lines;
mod meaning;
mod pointer;
mod query;
mod read;
mod scan;
mod select;
mod skip;
mod table;
#[cfg(test)]
mod testing;
mod tree;
mod value;
mod write;
mod xml;

pub use address::{exact, is_json_text, jq_path, key, lookup, parent, pointer, span, string, text, unwrap_json_string};
pub use chart::{Chart, plain_number};
pub use complete::{Completion, complete};
pub use content::{Children, Content, Document};
pub use diff::{Change, DIFF_LIMIT, Difference, Differences, Ignore, diff};
pub use find::{FIND_LIMIT, Found, FoundText, Match, find, find_text, ranges};
pub use index::NodeId;
pub use inset::{Moved, Unfolded};
pub use lines::{LONGEST, Line, Lines, Token};
pub use meaning::{Moment, link, moment};
pub use pointer::{Pointer, PointerError};
pub use query::{Fed, Form, Items, QueryError, functions, is_tame, query};
pub use read::{DEPTH_LIMIT, ParseError};
pub use scan::END;
pub use select::{Condition, ConditionError, Reading, on_one_line};
pub use table::{COLUMNS, Cell, Column, Format, Table};
pub use tree::{Label, Part, Shown, Tree, TreeRow, one_line, summary};
pub use value::{Number, Object, Unconvertible, Value};
