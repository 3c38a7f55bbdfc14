//! The sandbox's faults, switched through its own controls, and its world's beginning.

use crate::{
    app::{
        chooser::{Chooser, Item},
        command::Command,
        effect::Effect,
        keymap,
        overlay::{Answer, FaultRow, Overlay, Question},
        page::Tone,
        remote::{Dated, LoadId},
        state::App,
    },
    domain::{
        failure::Failure,
        fault::{Fault, FaultAsk, OFFERED, SetFault},
    },
};

impl App {
    /// The sandbox's faults, or away with them again.
    pub(super) fn open_faults(&mut self) -> Vec<Effect> {
        if matches!(self.overlays.last(), Some(Overlay::Faults { .. })) {
            self.overlays.pop();
            return Vec::new();
        }
        if !self.speaks_to_sandbox() {
            self.say(Tone::Hint, "Only a sandbox has faults to switch.");
            return Vec::new();
        }
        let rows = self.fault_rows();
        self.overlays.push(Overlay::Faults { chooser: Chooser::new(self.fault_items(&rows), 0), rows });
        // Others may switch them too: what is shown is what is on.
        vec![self.ask_faults(FaultAsk::Which)]
    }

    pub(super) fn ask_faults(&mut self, ask: FaultAsk) -> Effect {
        let load = self.next_load();
        self.faults.start(load, self.now);
        Effect::Faults { load, ask }
    }

    /// Asks anew after an answer that may have used up a fault set for a number of answers.
    pub(super) fn faults_counted_down(&mut self) -> Vec<Effect> {
        let counted = self.faults.get().is_some_and(|set| set.iter().any(|s| s.times.is_some()));
        if counted { vec![self.ask_faults(FaultAsk::Which)] } else { Vec::new() }
    }

    /// Those offered, then whatever else is on, then what concerns them all.
    fn fault_rows(&self) -> Vec<FaultRow> {
        let mut rows: Vec<FaultRow> = OFFERED.into_iter().map(FaultRow::Fault).collect();
        for set in self.faults.get().into_iter().flatten() {
            if !rows.contains(&FaultRow::Fault(set.fault)) {
                rows.push(FaultRow::Fault(set.fault));
            }
        }
        rows.extend([FaultRow::AllOff, FaultRow::Reset]);
        rows
    }

    fn fault_items(&self, rows: &[FaultRow]) -> Vec<Item> {
        let item = |row: &FaultRow| match row {
            FaultRow::Fault(fault) => {
                let on = self.faults.get().and_then(|set| set.iter().find(|s| s.fault == *fault));
                let label = format!("[{}] {}", if on.is_some() { 'x' } else { ' ' }, fault.words());
                Item { label, note: on.map_or_else(String::new, on_words) }
            }
            FaultRow::AllOff => Item { label: "Switch every fault off".to_owned(), note: String::new() },
            FaultRow::Reset => {
                let key = keymap::key_of(Command::ResetWorld);
                let note = key.map_or_else(String::new, |k| k.to_string());
                Item { label: "Reset the world, for every user".to_owned(), note }
            }
        };
        rows.iter().map(item).collect()
    }

    /// Does what a row of the list says. While an answer is awaited nothing is switched: what is on is not known then.
    pub(super) fn switch(&mut self, row: FaultRow) -> Vec<Effect> {
        let waiting = self.faults.going_since().is_some();
        let is_on = |fault: Fault| self.faults.get().is_some_and(|set| set.iter().any(|s| s.fault == fault));
        let ask = match row {
            FaultRow::Reset => return self.ask_to_reset(),
            FaultRow::Fault(_) | FaultRow::AllOff if waiting => return Vec::new(),
            FaultRow::Fault(fault) if is_on(fault) => FaultAsk::Off(fault),
            FaultRow::Fault(fault) => FaultAsk::On(fault),
            FaultRow::AllOff => FaultAsk::AllOff,
        };
        vec![self.ask_faults(ask)]
    }

    pub(super) fn faults_told(&mut self, load: LoadId, result: Result<Dated<Vec<SetFault>>, Failure>) -> Vec<Effect> {
        if !self.faults.finish(load, result) {
            return Vec::new();
        }
        let failure = self.faults.failure().map(|f| f.message.clone());
        if failure.is_some() {
            // What is on is not known any more, so nothing is said to be.
            self.faults.value = None;
        }
        let rows = self.fault_rows();
        let items = self.fault_items(&rows);
        let shown = self
            .overlays
            .iter_mut()
            .find_map(|over| if let Overlay::Faults { chooser, rows } = over { Some((chooser, rows)) } else { None });
        if let Some((chooser, of)) = shown {
            chooser.replace(items);
            *of = rows;
            // At the connection nobody asked: that a double of somebody else's has no such controls is no news.
            if let Some(message) = failure {
                self.say(Tone::Error, message);
            }
        }
        Vec::new()
    }

    pub(super) fn ask_to_reset(&mut self) -> Vec<Effect> {
        if !self.speaks_to_sandbox() {
            self.say(Tone::Hint, "Only a sandbox's world can be reset.");
            return Vec::new();
        }
        self.overlays.push(Overlay::Question(Question {
            text: "Reset the sandbox's world? What was made, changed, sent and disconnected in it is lost, for every user."
                .to_owned(),
            answers: vec![("Keep it".to_owned(), Answer::Nothing), ("Reset".to_owned(), Answer::ResetWorld)],
            chosen: 0,
        }));
        Vec::new()
    }

    pub(super) fn world_reset(&mut self, result: Result<(), Failure>) -> Vec<Effect> {
        match result {
            Ok(()) => {
                self.say(Tone::Good, "The world is as at the beginning.");
                // Connections begin again as well.
                let load = self.next_load();
                self.connections.start(load, self.now);
                vec![Effect::LoadConnections { load }]
            }
            Err(failure) => {
                self.say(Tone::Error, failure.message);
                Vec::new()
            }
        }
    }
}

fn on_words(set: &SetFault) -> String {
    let times = set.times.map_or_else(String::new, |n| format!(", {n} more"));
    let action = set.action.as_deref().map_or_else(String::new, |a| format!(", {a} only"));
    format!("on{times}{action}")
}
