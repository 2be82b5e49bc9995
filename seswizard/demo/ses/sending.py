"""A message arriving at SES, by API or by SMTP: who may send it, to whom, and what becomes of it."""

import email.policy
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from typing import Literal

from seswizard.demo import events
from seswizard.demo.refusal import RefusedError
from seswizard.demo.ses.params import Params
from seswizard.demo.ses.region import Region, Sent
from seswizard.demo.ses.service import Answer, Ses

SIMULATOR = "@simulator.amazonses.com"


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as it was handed in."""

    source: str
    """The envelope's sender."""
    recipients: tuple[str, ...]
    content: bytes
    via: Literal["smtp", "api"]
    caller: str
    """The name of the IAM user."""
    configuration_set: str | None = None
    """As the API named it; a header may name it too."""
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    operation: str = "SendEmail"


def parsed(content: bytes) -> EmailMessage:
    """The message; headers decoded where that is possible."""
    return BytesParser(policy=email.policy.SMTP).parsebytes(content)


def senders(mail: Mail) -> tuple[str, ...]:
    """The addresses that must be verified: the header's From and Sender, and the envelope's sender."""
    message = parsed(mail.content)
    headers = [str(value) for name in ("From", "Sender", "Return-Path") for value in message.get_all(name, ())]
    found = [address for _, address in getaddresses(headers) if "@" in address]
    return tuple(dict.fromkeys([*found, mail.source] if mail.source else found))


def configuration_set(region: Region, mail: Mail) -> str | None:
    """The one that applies: named by the caller, by a header, or the default of the sender's identity."""
    named = mail.configuration_set or str(parsed(mail.content).get("X-SES-CONFIGURATION-SET", "")).strip()
    if named:
        return named
    identity = region.covering((senders(mail) or ("",))[0])
    return identity.configuration_set if identity else None


def resources(region: Region, mail: Mail) -> tuple[str, ...]:
    """What the sender's policy must cover: its identity, verified recipients' identities, and the configuration set."""
    sender = (senders(mail) or (mail.source,))[0]
    own = region.covering(sender)
    found = [region.arn("identity", own.name if own else sender)]
    # Seen in life, not documented: a recipient that is verified itself, as in the sandbox, is asked about too.
    found += [region.arn("identity", one.name) for recipient in mail.recipients if (one := region.covering(recipient))]
    if applies := configuration_set(region, mail):
        found.append(region.arn("configuration-set", applies))
    return tuple(dict.fromkeys(found))


def conditions(mail: Mail) -> dict[str, tuple[str, ...]]:
    """The condition keys of a send."""
    return {
        "ses:FromAddress": senders(mail)[:1],
        "ses:FeedbackAddress": (mail.source,),
        "ses:Recipients": mail.recipients,
    }


def accept(ses: Ses, region: Region, mail: Mail) -> str:
    """Take a message, or say why not; gives its id.

    Raises:
        RefusedError: SES does not take it.
    """
    account = region.account
    if not account.sending:
        raise RefusedError("SendingPausedException", "Email sending is disabled for your account.")
    if account.enforcement == "SHUTDOWN":
        raise RefusedError("AccountSuspendedException", "Your account is suspended.")
    _check_addresses(region, mail)
    applies = configuration_set(region, mail)
    if applies and applies not in region.sets:
        raise RefusedError("NotFoundException", f"Configuration set <{applies}> does not exist.")
    sender = region.covering((senders(mail) or ("",))[0])
    mail_from = sender.mail_from if sender else None
    if mail_from and mail_from.reject_on_failure and mail_from.status != "SUCCESS":
        raise RefusedError("MailFromDomainNotVerifiedException", f"MAIL FROM domain {mail_from.domain} is not verified.")
    counted = sum(not recipient.lower().endswith(SIMULATOR) for recipient in mail.recipients)
    if account.daily_quota >= 0 and account.sent_today + counted > account.daily_quota:
        raise RefusedError("LimitExceededException", "Daily message quota exceeded.")
    account.sent_today += counted
    message_id, now = ses.new_message_id(), datetime.now(UTC)
    sent = Sent(
        message_id, region.name, mail.source, mail.recipients, mail.content, mail.via, applies,
        _tags(region, mail, applies), now, mail.caller,
    )  # fmt: skip
    ses.outbox.append(sent)
    events.schedule(ses, region, sent)
    return message_id


def _check_addresses(region: Region, mail: Mail) -> None:
    if not senders(mail):
        raise RefusedError("BadRequestException", "Missing required header 'From'.")
    if not 1 <= len(mail.recipients) <= 50:
        raise RefusedError("BadRequestException", "Recipient count must be between 1 and 50.")
    failing = [address for address in senders(mail) if not region.covering(address)]
    if not region.account.production:
        failing += [
            recipient
            for recipient in mail.recipients
            if not recipient.lower().endswith(SIMULATOR) and not region.covering(recipient)
        ]
    if failing:
        raise RefusedError(
            "MessageRejected",
            "Email address is not verified. The following identities failed the check in region "
            f"{region.name.upper()}: {', '.join(dict.fromkeys(failing))}",
        )


def _tags(region: Region, mail: Mail, applies: str | None) -> dict[str, tuple[str, ...]]:
    named = dict(mail.tags)
    for pair in str(parsed(mail.content).get("X-SES-MESSAGE-TAGS", "")).replace(";", ",").split(","):
        key, _, value = pair.strip().partition("=")
        if value:
            named[key] = (value,)
    named["ses:operation"] = ("SendSmtpEmail" if mail.via == "smtp" else mail.operation,)
    named["ses:source-ip"] = ("127.0.0.1",)
    named["ses:from-domain"] = (senders(mail)[0].rsplit("@", 1)[-1],)
    named["ses:caller-identity"] = (mail.caller,)
    return named | ({"ses:configuration-set": (applies,)} if applies else {})


def from_params(params: Params) -> Mail:
    """The message that a SendEmail call describes, raw or simple.

    Raises:
        RefusedError: it describes none.
    """
    content, to = params.group("Content"), params.group("Destination")
    recipients = to.texts("ToAddresses") + to.texts("CcAddresses") + to.texts("BccAddresses")
    source = _bare(params.text("FromEmailAddress"))
    tags = {name: (value,) for name, value in params.pairs("EmailTags", "Name", "Value").items()}
    named = params.text("ConfigurationSetName") or None
    if "Raw" in content:
        raw = content.group("Raw").data("Data")
        message = parsed(raw)
        if not recipients:
            headers = [str(value) for name in ("To", "Cc", "Bcc") for value in message.get_all(name, ())]
            recipients = tuple(address for _, address in getaddresses(headers))
        source = source or _bare(str(message.get("From", "")))
        bare = tuple(map(_bare, recipients))
        return Mail(source, bare, raw, "api", params.caller, named, tags, "SendRawEmail")
    if "Simple" not in content:
        raise RefusedError("BadRequestException", "The embedded world takes raw and simple messages only.")
    simple = content.group("Simple")
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = params.text("FromEmailAddress")
    for header, name in (("To", "ToAddresses"), ("Cc", "CcAddresses")):
        if to.texts(name):
            message[header] = ", ".join(to.texts(name))
    message["Subject"] = simple.group("Subject").text("Data")
    for more in simple.groups("Headers"):
        message[more.text("Name")] = more.text("Value")
    body = simple.group("Body")
    message.set_content(body.group("Text").text("Data"))
    if "Html" in body:
        message.add_alternative(body.group("Html").text("Data"), subtype="html")
    return Mail(source, tuple(map(_bare, recipients)), message.as_bytes(), "api", params.caller, named, tags)


def _bare(address: str) -> str:
    found = getaddresses([address])
    return found[0][1] if found else ""


def send_email(ses: Ses, region: Region, params: Params) -> Answer:
    """Take a message by API."""
    return {"MessageId": accept(ses, region, from_params(params))}


ANSWERS = {"SendEmail": send_email}
