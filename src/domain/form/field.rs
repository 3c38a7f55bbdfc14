//! One field as the form keeps it: what was typed and chosen, for every widget it has been shown as.

use std::{collections::BTreeMap, sync::Arc};

use super::view::{FieldId, Piece};
use crate::domain::{
    document::Value,
    redact,
    schema::node::{Kind, Node, Place},
};

/// Where a field stands in its parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Slot {
    /// The whole form.
    Root,
    /// The member of an object that the schema names so.
    Property {
        /// Its key.
        name: String,
        /// Whether it is required now.
        required: bool,
    },
    /// The holder of an object's further members.
    Rest,
    /// An item of an array.
    Item,
    /// A further member, with its key.
    Entry(String),
    /// The content of a variant's shape.
    Branch(usize),
}

/// Whether and as what a field is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Not sent, whatever is inside.
    Absent,
    /// Sent as `null`.
    Null,
    /// Sent.
    Value,
    /// Sent when something inside is (objects, arrays, maps, variants).
    Auto,
    /// A required constant: sent when the object around it is, without being a reason to send that.
    Preset,
}

/// One field. Drafts of every widget lie side by side, so that changing back and forth loses nothing.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) parent: Option<FieldId>,
    pub(super) slot: Slot,
    pub(super) place: Place,
    pub(super) node: Arc<Node>,
    /// How many fields stand above this one.
    pub(super) depth: u16,
    pub(super) state: State,
    /// What is typed into a text or number cell.
    pub(super) text: String,
    /// What is picked in a choice or toggle, or the constant as it was loaded.
    pub(super) pick: Option<Value>,
    /// What is typed into the JSON cell, while the field is shown as one.
    pub(super) json: Option<String>,
    /// Properties in the order of the schema, items, or entries.
    pub(super) children: Vec<FieldId>,
    /// Properties that the present shape of the object does not have; kept, not sent.
    pub(super) hidden: Vec<FieldId>,
    /// The holder of further members.
    pub(super) rest: Option<FieldId>,
    /// Whether `children` have been made.
    pub(super) grown: bool,
    /// The contents of the shapes looked at so far.
    pub(super) branches: BTreeMap<usize, FieldId>,
    pub(super) chosen: Option<usize>,
    pub(super) expanded: bool,
}

impl Field {
    pub(super) fn new(parent: Option<FieldId>, slot: Slot, place: Place, node: Arc<Node>) -> Self {
        Self {
            parent,
            slot,
            place,
            state: Self::first_state(&node),
            json: matches!(node.kind, Kind::Any).then(String::new),
            node,
            depth: 0,
            text: String::new(),
            pick: None,
            children: Vec::new(),
            hidden: Vec::new(),
            rest: None,
            grown: false,
            branches: BTreeMap::new(),
            chosen: None,
            expanded: false,
        }
    }

    fn first_state(node: &Node) -> State {
        match node.kind {
            Kind::Object | Kind::Map | Kind::Array | Kind::Variant => State::Auto,
            Kind::Text | Kind::Number { .. } | Kind::Toggle | Kind::Choice | Kind::Const(_) | Kind::Any => {
                State::Absent
            }
        }
    }

    /// The file that lies in a text field that takes one.
    pub(super) fn file(&self) -> Option<&Value> {
        self.pick.as_ref().filter(|v| self.json.is_none() && self.node.takes_file() && super::file_in(v).is_some())
    }

    /// Whether what is in it must not be shown or stored, by its schema or its name.
    pub(super) fn is_secret(&self) -> bool {
        let named = match &self.slot {
            Slot::Property { name, .. } | Slot::Entry(name) => redact::names_secret(name),
            Slot::Root | Slot::Rest | Slot::Item | Slot::Branch(_) => false,
        };
        let is_text = matches!(self.node.kind, Kind::Text | Kind::Any);
        self.node.write_only || self.node.format.as_deref() == Some("password") || named && is_text
    }

    /// Whether it is an object with members in the form, however they are found.
    pub(super) fn is_object(&self) -> bool {
        self.json.is_none() && matches!(self.node.kind, Kind::Object | Kind::Map)
    }

    pub(super) fn is_array(&self) -> bool {
        self.json.is_none() && matches!(self.node.kind, Kind::Array)
    }

    /// Whether it is chosen among shapes; a field that takes anything is one while it is not a JSON cell.
    pub(super) fn is_variant(&self) -> bool {
        self.json.is_none() && matches!(self.node.kind, Kind::Variant | Kind::Any)
    }

    pub(super) const fn is_rest(&self) -> bool {
        matches!(self.slot, Slot::Rest)
    }

    pub(super) const fn piece(&self) -> Option<Piece> {
        match self.slot {
            Slot::Item => Some(Piece::Item),
            Slot::Entry(_) => Some(Piece::Entry),
            Slot::Root | Slot::Property { .. } | Slot::Rest | Slot::Branch(_) => None,
        }
    }

    pub(super) fn is_container(&self) -> bool {
        self.is_object() || self.is_array() || self.is_variant()
    }

    pub(super) const fn required(&self) -> bool {
        matches!(self.slot, Slot::Property { required: true, .. })
    }
}
