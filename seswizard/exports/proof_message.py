"""The message of the proof: well-formed, says what it is, and carries the run's tag and configuration set.

Message-ID is left to SES, which sets its own (https://docs.aws.amazon.com/ses/latest/dg/header-fields.html).
"""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

SUBJECT = "seswizard proof"
UNFOLDED = SMTP.clone(max_line_length=998)
"""No header is broken over lines: SES takes the long name of a configuration set literally."""


def proof_message(sender: str, to: str, at: datetime, run: str, configuration_set: str | None) -> bytes:
    """The message as it goes over the wire. `run` is a short plain tag; events repeat it."""
    message = EmailMessage(policy=UNFOLDED)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = SUBJECT
    message["Date"] = format_datetime(at)
    if configuration_set:
        message["X-SES-CONFIGURATION-SET"] = configuration_set
    message["X-SES-MESSAGE-TAGS"] = f"seswizard-run={run}"
    message.set_content(
        "This message proves that mail of this domain leaves through Amazon SES,\n"
        "and that what happens to it is reported back. Nobody needs to read it.\n"
    )
    return message.as_bytes()
