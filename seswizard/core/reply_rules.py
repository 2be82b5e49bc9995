"""The table of SES's refusals: which reply means what, and the way out; `core.replies` reads it.

Sources: https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-smtp.html (codes),
https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html (texts), RFC 5321 §4.2.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: which replies, and what they mean."""

    codes: tuple[int, ...]
    """The reply codes it is true for; empty for any, and for texts without a code, as the API gives them."""
    text: str
    """A pattern that the lower-case text must hold; every quantifier in it is bounded."""
    kind: str
    title: str
    """`{said}` becomes the reply, `{found}` what the pattern's group found."""
    remedy: str
    retry: bool = False
    anybodys: bool = False
    """Whether other servers say so too: such a rule is true only where it is known that SES spoke."""
    words: str = ""
    """The same, but these words beside it tell that SES spoke."""


REJECTED = "send.rejected"
_PAUSED = "Sending is paused for this account in this region."
_ANSWER = "Read AWS's mail to the account's address and answer its support case; or somebody switched sending off in SES."
_LISTED = "The recipient is on this account's suppression list, so SES did not try."
_TAKE_OFF = "If the address works again, take it off the list; upper and lower case count there."
_OF_SES = "transaction failed"
_BAD_ADDRESS = (
    r"missing final '@domain'|local address contains|domain contains|domain starts with dot|domain ends with dot"
    r"|missing '@'|user name is missing|illegal address|illegal semicolon|empty address|extra route-addr"
)
_LATER = "Nothing needs mending; the program should try again after 5, 10 and 30 seconds, then every 20 minutes."

RULES: tuple[Rule, ...] = (
    Rule(
        (535,),
        r"not subscribed",
        "send.auth-failed",
        "This AWS account is not signed up for SES in that region.",
        "Open SES in the console of that region once, or send in the region where SES is set up.",
    ),
    Rule(
        (530,),
        r"starttls",
        REJECTED,
        "The program did not begin TLS: {said}",
        "Switch STARTTLS on for port 587 or 2587, or take TLS from the start on 465 or 2465.",
    ),
    Rule(
        (530,),
        r"authentication required",
        "send.auth-failed",
        "The program did not log in.",
        "Switch SMTP authentication on and give it the SMTP user name and password.",
    ),
    Rule(
        (504,),
        r"auth|mechanism",
        "send.auth-failed",
        "SES does not know that way of logging in.",
        "SES offers AUTH PLAIN and AUTH LOGIN after TLS; set the program to one of them, not CRAM-MD5, NTLM or XOAUTH2.",
        anybodys=True,
    ),
    Rule(
        (),
        r"maximum sigv2 smtp sending rate",
        "login.old-algorithm",
        "This SMTP password is of the old kind, from before 2019, which SES slows down.",
        "Make a new SMTP login; its password begins with B.",
    ),
    Rule(
        (),
        r"daily (?:message|sending) quota exceeded",
        "send.daily-quota",
        "The daily quota of this account is used up.",
        "Wait: it counts the last 24 hours, and recipients rather than messages. Or ask AWS for more.",
    ),
    Rule(
        (),
        r"maximum sending rate exceeded",
        "send.throttled",
        "SES asks to send more slowly.",
        "Try again in a few seconds, and send fewer messages a second.",
        retry=True,
    ),
    Rule((454,), r"throttling", "send.throttled", "SES asks to send more slowly.", "Try again in a few seconds.", retry=True),
    Rule((454,), r"tls", REJECTED, "SES cannot begin TLS just now: {said}", _LATER, retry=True, anybodys=True),
    Rule((454,), r"", REJECTED, "SES could not do it just now: {said}", _LATER, retry=True, anybodys=True),
    Rule(
        (421, 451),
        r"time-?out waiting",
        REJECTED,
        "The program fell silent, so SES hung up: {said}",
        "The message may have been too slow to come, or the connection was kept open unused; connect anew and send again.",
        retry=True,
    ),
    Rule(
        (421,),
        r"too many concurrent",
        REJECTED,
        "Too many SMTP connections at once: {said}",
        "Use fewer connections, or send several messages through one; SES takes it again in a moment.",
        retry=True,
    ),
    Rule(
        (421, 451),
        r"temporary service failure|try again",
        REJECTED,
        "SES could not do it just now: {said}",
        _LATER,
        retry=True,
        anybodys=True,
    ),
    Rule(
        (),
        r"sending (?:is )?paused|sending (?:for the account is paused|is disabled for your account)",
        "send.paused",
        _PAUSED,
        _ANSWER,
    ),
    Rule(
        (),
        r"account is (?:paused|suspended)|account (?:sending )?is disabled",
        "send.paused",
        _PAUSED,
        _ANSWER,
        anybodys=True,
    ),
    Rule(
        (),
        r"sending for the configuration set|configuration set sending (?:is )?paused",
        "send.paused",
        "Sending is paused for this configuration set.",
        "Switch it on again in SES, or send with another configuration set.",
    ),
    Rule(
        (),
        r"on the suppression list for your account|(?:^|rejected: {0,2})address blacklisted",
        "suppression.listed",
        _LISTED,
        _TAKE_OFF,
    ),
    Rule((), r"address is on the suppression list", "suppression.listed", _LISTED, _TAKE_OFF, anybodys=True),
    Rule(
        (),
        r"configuration set <?[`'\"]?([\w-]{1,64})?[`'\"]?>?,? does not exist",
        REJECTED,
        "SES has no such configuration set in this region: {said}",
        "Correct the header X-SES-CONFIGURATION-SET or the program's setting, or make the set in this region.",
    ),
    Rule(
        (),
        r"mail from domain .{0,260}not verified|mailfromdomainnotverified",
        REJECTED,
        "MAIL FROM is not verified, and is set to refuse mail until it is: {said}",
        "Publish its MX record, or let SES use its own MAIL FROM meanwhile (BehaviorOnMxFailure USE_DEFAULT_VALUE).",
    ),
    Rule(
        (552,),
        r"too long|size|exceed|maximum",
        REJECTED,
        "The message is too long; SES takes 40 MB with everything encoded: {said}",
        "Send a link instead of the attachment; files grow by a third when they are attached.",
        anybodys=True,
    ),
    Rule(
        (501,),
        r"mail from",
        REJECTED,
        "SES does not take that sender in MAIL FROM: {said}",
        "It was empty (as in bounces), had no @, or was the SMTP user name; let the program send as an address of your domain.",
    ),
    Rule(
        (),
        r"invalid mail from address provided",
        REJECTED,
        "SES does not take that sender in MAIL FROM: {said}",
        "It was empty (as in bounces), had no @, or was the SMTP user name; let the program send as an address of your domain.",
    ),
    Rule(
        (501,),
        r"rcpt to",
        REJECTED,
        "SES does not take that recipient in RCPT TO: {said}",
        "It is no plain address; write it as name@example.org, without a display name.",
    ),
    Rule(
        (501,),
        r"",
        REJECTED,
        "SES could not read what the program said: {said}",
        "Look which line came before: an address is malformed, or EHLO named a host with odd characters.",
        anybodys=True,
    ),
    Rule(
        (553,),
        r"",
        REJECTED,
        "SES cannot use that address: {said}",
        "Correct the address; letters outside ASCII before the @ are not accepted.",
        anybodys=True,
    ),
    Rule(
        (500, 502, 503),
        r"command|sequence|not implemented|error: need|unrecognized",
        REJECTED,
        "SES did not expect what the program said: {said}",
        "The order is EHLO, STARTTLS, EHLO, AUTH, MAIL FROM, RCPT TO, DATA; look what the program left out.",
        anybodys=True,
    ),
    Rule(
        (),
        r"duplicate header '?([\w-]{1,80})",
        REJECTED,
        "The message has the header {found} twice; SES takes it once: {said}",
        "Remove one: often a relay adds what the program has written already.",
        words=_OF_SES,
    ),
    Rule(
        (),
        r"missing required header '?([\w-]{1,80})",
        REJECTED,
        "The message has no {found} header: {said}",
        "MAIL FROM alone is not enough; let the program write that header too.",
        words=_OF_SES,
    ),
    Rule(
        (),
        _BAD_ADDRESS,
        REJECTED,
        "An address in the message's headers is malformed: {said}",
        "Look at From, To, Cc, Bcc and Reply-To: each must be name@example.org or Name <name@example.org>.",
        words=_OF_SES,
    ),
    Rule(
        (554,),
        r"transaction failed",
        REJECTED,
        "SES cannot read the message: {said}",
        "A header or an attachment is not formed as RFC 5322 and MIME ask; the words after “Transaction failed” say which.",
    ),
    Rule(
        (),
        r"message rejected: [^e]",
        REJECTED,
        "SES refused the message: {said}",
        "Nothing was sent; its words say why.",
        anybodys=True,
    ),
)
"""In this order; the first that is true wins."""
