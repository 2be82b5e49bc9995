"""The proof's message as it goes over the wire."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parsedate_to_datetime

import pytest

from seswizard.exports.proof_message import SUBJECT, proof_message
from tests.fakes import START

TO = "bounce@simulator.amazonses.com"
LONG = f"proof@{'.'.join(['a' * 60] * 4)}.example"


def read(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


def test_the_message_is_well_formed_and_carries_tag_and_configuration_set() -> None:
    data = proof_message("proof@example.com", TO, START, "a1b2", "seswizard-example-com")
    message = read(data)
    assert message.defects == []
    assert (message["From"], message["To"], message["Subject"]) == ("proof@example.com", TO, SUBJECT)
    assert parsedate_to_datetime(message["Date"]) == START
    assert message["X-SES-CONFIGURATION-SET"] == "seswizard-example-com"
    assert message["X-SES-MESSAGE-TAGS"] == "seswizard-run=a1b2"
    assert message["Message-ID"] is None, "SES sets its own"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().strip()


def test_lines_end_in_crlf_and_stay_short() -> None:
    data = proof_message("proof@example.com", TO, START, "a1b2", None)
    assert b"X-SES-CONFIGURATION-SET" not in data
    assert data.replace(b"\r\n", b"").count(b"\n") == 0
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert data.isascii()


@pytest.mark.parametrize("sender", ["proof@example.com", LONG, "o'neil+x=y@example.com", "proof@xn--bcher-kva.example"])
def test_the_sender_arrives_as_it_is(sender: str) -> None:
    message = read(proof_message(sender, TO, START, "a1b2", "s" * 64))
    assert message["From"].addresses[0].addr_spec == sender
    assert message["X-SES-CONFIGURATION-SET"] == "s" * 64


def test_nothing_can_be_smuggled_into_the_head() -> None:
    with pytest.raises(ValueError):
        proof_message("a@example.com\r\nBcc: x@example.com", TO, START, "a1b2", None)
