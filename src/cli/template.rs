//! `akx template`.

use super::{catalogue, options::Template, output::Output, session::Session};
use crate::domain::{
    failure::Failure,
    schema::sample::{Extent, template as sample},
};

/// Prints parameters to fill in, laid out for an editor.
pub(crate) fn template(session: &Session, options: &Template, output: &mut Output) -> Result<(), Failure> {
    let loaded = catalogue::with_action(session, &options.action, output)?;
    let action = &catalogue::action(&loaded, &options.action)?;
    if let Some(problem) = action.schema_problem() {
        output.warn(&problem);
    }
    let extent = if options.all { Extent::All } else { Extent::Required };
    output.line(&sample(&action.schema(), extent).to_json_pretty())
}
