"""The records document of what a session knows: what is copied, printed, saved and told to scripts."""

from seswizard.exports.records import RecordsDocument
from seswizard.look.session import Session


def records_document(session: Session) -> RecordsDocument:
    """The records that SES asks for; none before it was asked."""
    facts, now = session.facts, session.services.clock.now()
    if facts is None:
        return RecordsDocument(str(session.name), session.region, (), None, now)
    return RecordsDocument(str(session.name), session.region, facts.records, session.zone, now, facts.previous_tokens)
