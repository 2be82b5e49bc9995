"""Lines in which sendmail and OpenSMTPD tell what became of one recipient.

https://www.sendmail.org/~ca/email/doc8.12/op.html (§2.1.1, fields of the log), https://man.openbsd.org/smtpd.8 and its
log of `mta delivery`.
"""

import re
from dataclasses import dataclass

_SENDMAIL = re.compile(
    r"\b(?:sendmail|sm-mta|sm-msp-queue)\[\d{1,10}\]: ([0-9A-Za-z]{10,20}): to=.{0,2000}?\bdsn=([245])\.\d{1,3}\.\d{1,3}, "
    r"stat=(.{1,1800})"
)
_RELAY = re.compile(r"\brelay=([^,\s]{1,255})")
_OPENSMTPD = re.compile(
    r"\bsmtpd\[\d{1,10}\]: ([0-9a-f]{16}) mta (?:event=)?delivery .{0,2000}?\brelay=\"([^\"]{0,300})\".{0,300}?"
    r"\bresult=\"(Ok|TempFail|PermFail)\" stat=\"([^\"]{0,1800})"
)
_FROM = re.compile(r"\bfrom=<([^<>]{0,320})>")
_REPLY = re.compile(r"(\d{3})[ -](.{1,1500})")


@dataclass(frozen=True, slots=True)
class RelayLine:
    """One delivery, as another relay than Postfix and Exim writes it."""

    ident: str
    fate: str
    """`2`, `4` or `5`: taken, kept for later, given up."""
    relay: str
    detail: str
    sender: str | None
    """None where the line does not show it."""

    @property
    def reply(self) -> tuple[int, str] | None:
        """The server's code and words; None where the relay writes its own."""
        found = _REPLY.match(self.detail)
        return (int(found[1]), found[2]) if found else None


def relay_line(text: str) -> RelayLine | None:
    """The delivery that a line tells of; None for any other line."""
    if found := _SENDMAIL.search(text):
        relay = _RELAY.search(text)
        return RelayLine(found[1], found[2], relay[1] if relay else "", found[3], None)
    if found := _OPENSMTPD.search(text):
        sender = _FROM.search(text)
        fate = {"Ok": "2", "TempFail": "4", "PermFail": "5"}[found[3]]
        return RelayLine(found[1], fate, found[2], found[4], sender[1] if sender else None)
    return None
