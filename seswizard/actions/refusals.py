"""A refused message as a failure: what `core.replies` reads, and for a reply that nobody knows its own words."""

from dataclasses import replace

from seswizard.core.failure import Failure
from seswizard.core.replies import read_reply
from seswizard.core.reply_rules import REJECTED

_BY_SES = (
    "MessageRejected", "MailFromDomainNotVerifiedException", "AccountSuspendedException", "SendingPausedException",
    "LimitExceededException", "BadRequestException", "NotFoundException",
)  # fmt: skip
"""Error codes by which SES refuses a message that came by API
(https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html)."""


def refusal(code: int | None, reply: str, region: str, sender: str = "") -> Failure:
    """The failure that a refusing reply stands for; `sender` tells whose verification is missing, `code` is None by API."""
    known = read_reply(code, reply, region, sender)
    if known:
        return known
    said = f"{code or ''} {reply}".strip()
    return Failure(
        REJECTED, f"SES refused the message: {said}", said, "Nothing was sent.", retry=code is not None and 400 <= code < 500
    )


def refused_by_api(failure: Failure, region: str, sender: str) -> Failure:
    """The refusal that an API error stands for; any other failure, such as no network, as it is."""
    code, _, said = failure.detail.partition(": ")
    if failure.kind == "access.throttled":
        known = read_reply(None, said, region, sender)
        return known or replace(failure, kind="send.throttled", title="SES asks to send more slowly.")
    if code not in _BY_SES:
        return failure
    return refusal(None, said, region, sender)
