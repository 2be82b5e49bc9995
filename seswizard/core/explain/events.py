"""JSON that people paste: SES's v1 notifications and v2 events, in the envelopes of SNS, SQS, Lambda and EventBridge,
error objects of the API, and what `aws sesv2 get-account` prints.
"""

import json
from collections.abc import Iterator
from typing import Any

from seswizard.core.explain.api_errors import of_code, speaks_of_aws
from seswizard.core.explain.bounces import BOUNCES, COMPLAINTS, DELAYS, OTHER_BOUNCES
from seswizard.core.explain.kinds import of_failure, told
from seswizard.core.findings import Evidence, Finding
from seswizard.core.simulator import SIMULATOR

_MOST = 500
"""Objects that are looked at in one text."""
_DEEPEST = 8
"""Envelopes inside each other."""

Json = dict[str, Any]


def documents(text: str) -> list[Any]:
    """The JSON values of a text: the whole, one a line, or one behind the words of a log; empty if there are none."""
    stripped = text.strip().lstrip("\ufeff")
    if "{" not in stripped:
        return []
    whole = _parsed(stripped)
    if whole is not None:
        return [whole]
    found: list[Any] = []
    for line in stripped.split("\n"):
        start = line.find("{")
        if start >= 0 and len(found) < _MOST and (value := _parsed(line[start:].strip())) is not None:
            found.append(value)
    if found:
        return found
    start = stripped.find("{")
    value = _first(stripped[start:])
    return [] if value is None else [value]


def events(values: list[Any]) -> Iterator[Finding]:
    """What the objects in these values tell."""
    for one in _unwrapped(values):
        kind = one.get("eventType") or one.get("notificationType")
        if isinstance(kind, str) and (isinstance(one.get("mail"), dict) or kind == "AmazonSnsSubscriptionSucceeded"):
            yield from _event(one, kind)
        elif one.get("Type") == "SubscriptionConfirmation":
            yield told(
                "events.subscription-pending",
                "SNS asks whether this subscription is wanted; nothing is delivered until it is confirmed.",
                Evidence("TopicArn", _text(one, "TopicArn"), source="SNS"),
                do="Open the SubscribeURL that the message holds, once, if you made this subscription.",
            )
        elif isinstance(one.get("ProductionAccessEnabled"), bool) or isinstance(one.get("SendingEnabled"), bool):
            yield from _account(one)
        else:
            yield from _error(one)


def _event(one: Json, kind: str) -> Iterator[Finding]:
    if kind == "Bounce":
        yield from _bounce(one)
    elif kind == "Complaint":
        yield from _complaint(one)
    elif kind == "DeliveryDelay":
        detail = _part(one, "deliveryDelay")
        why = DELAYS.get(_text(detail, "delayType"), "the reason is not one that is known here")
        title = f"SES has not delivered it yet and goes on trying: {why}."
        people = _recipients(detail, "delayedRecipients")
        yield told(
            "explain.delayed",
            title,
            *_evidence(one, detail, people, "delayType", "expirationTime"),
            do="Wait; mend what the reason says.",
        )
    elif kind == "Reject":
        detail = _part(one, "reject")
        title = f"SES took the message, then refused it: {_text(detail, 'reason') or 'no reason given'}."
        yield told(
            "send.rejected", title, *_evidence(one, detail, (), "reason"), do="“Bad content” is a virus: clean the attachment."
        )
    elif kind in ("Rendering Failure", "RenderingFailure"):
        detail = _part(one, "failure") or _part(one, "renderingFailure")
        yield told(
            "explain.rendering-failed",
            "The template could not be filled in, so nothing was sent.",
            *_evidence(one, detail, (), "templateName", "errorMessage"),
            do="Give every variable that the template names, or correct the template.",
        )
    elif kind == "Delivery":
        detail = _part(one, "delivery")
        people = _recipients(detail, "recipients")
        yield told(
            "explain.delivered", "The receiver's server took the message.", *_evidence(one, detail, people, "smtpResponse")
        )
    elif kind == "AmazonSnsSubscriptionSucceeded":
        yield told("explain.event", "SES says that it may publish to this topic; it is no event of a message.")
    elif kind in _TOLD:
        yield told("explain.accepted" if kind == "Send" else "explain.event", _TOLD[kind], *_evidence(one, {}, ()))


_TOLD = {
    "Send": "SES accepted the message and will try to deliver it.",
    "Open": "Somebody, or a program that loads pictures, opened the message.",
    "Click": "Somebody followed a link in the message.",
    "Subscription": "The recipient changed their subscription.",
}


def _bounce(one: Json) -> Iterator[Finding]:
    detail = _part(one, "bounce")
    kind, sub = _text(detail, "bounceType"), _text(detail, "bounceSubType")
    people = _recipients(detail, "bouncedRecipients")
    evidence = _evidence(one, detail, people, "bounceType", "bounceSubType")
    known = BOUNCES.get((kind, sub)) or OTHER_BOUNCES.get(kind)
    if known is None:
        return
    if people and all(who.lower().rpartition("@")[2] == SIMULATOR for who in people):
        yield told("explain.simulator", f"The simulator's bounce came back, as it was asked for ({kind}, {sub}).", *evidence)
        return
    yield told(known.kind, known.title, *evidence, do=known.remedy)


def _complaint(one: Json) -> Iterator[Finding]:
    detail = _part(one, "complaint")
    people = _recipients(detail, "complainedRecipients")
    kind = _text(detail, "complaintFeedbackType")
    evidence = _evidence(one, detail, people, "complaintFeedbackType", "complaintSubType", "userAgent")
    if people and all(who.lower().rpartition("@")[2] == SIMULATOR for who in people):
        yield told("explain.simulator", "The simulator's complaint came back, as it was asked for.", *evidence)
    elif _text(detail, "complaintSubType") == "OnAccountSuppressionList":
        known = BOUNCES["Permanent", "OnAccountSuppressionList"]
        yield told(known.kind, known.title, *evidence, do=known.remedy)
    elif kind == "not-spam":
        yield told("explain.event", "The recipient's provider says that this message is not spam.", *evidence)
    else:
        how = COMPLAINTS.get(kind, "reported as unwanted mail; no reason is given")
        yield told(
            "explain.complaint",
            f"A complaint: the message was delivered, then {how}.",
            *evidence,
            do="Stop writing to the address; keep complaints below 0.1 %, for SES pauses accounts from 0.5 %. "
            "Several recipients may be named where the provider hides which one it was.",
        )


def _account(one: Json) -> Iterator[Finding]:
    source = "sesv2 get-account"
    if one.get("ProductionAccessEnabled") is False:
        yield told(
            "sandbox.on",
            "Sandbox: you can write to the simulator and to verified addresses.",
            Evidence("ProductionAccessEnabled", "false", "true", source),
            do="Ask for production access after a proven bounce.",
        )
    if one.get("SendingEnabled") is False:
        yield told(
            "account.sending-paused",
            "Sending is switched off for this account in this region.",
            Evidence("SendingEnabled", "false", "true", source),
            do="Switch it on when the cause is mended.",
            command="aws sesv2 put-account-sending-attributes --sending-enabled",
        )
    if one.get("ProductionAccessEnabled") is True and one.get("SendingEnabled") is not False:
        yield told("explain.event", "Production access is on.", Evidence("ProductionAccessEnabled", "true", "", source))


def _error(one: Json) -> Iterator[Finding]:
    inner = _part(one, "Error") or one
    code = _text(inner, "__type") or _text(inner, "Code") or _text(inner, "code") or _text(inner, "name")
    message = _text(inner, "message") or _text(inner, "Message")
    found = of_code(code.rpartition("#")[2], message)
    if found and (
        found.kind.startswith(("send.", "suppression.")) or "__type" in inner or inner is not one or speaks_of_aws(message)
    ):
        yield of_failure(found, Evidence(code, message, source="API"))


def _evidence(one: Json, detail: Json, people: tuple[str, ...], *fields: str) -> tuple[Evidence, ...]:
    """Who, which words, and which message: the values that the event itself names."""
    made = [Evidence(name, _text(detail, name), source="SES") for name in fields if _text(detail, name)]
    rows = detail.get("bouncedRecipients") or detail.get("delayedRecipients")
    for recipient in rows if isinstance(rows, list) else ():
        if isinstance(recipient, dict):
            said = " ".join(_text(recipient, key) for key in ("action", "status", "diagnosticCode")).strip()
            made.append(
                Evidence(
                    _text(recipient, "emailAddress"),
                    said or "no words of the receiver",
                    source=_text(detail, "reportingMTA") or "SES",
                )
            )
    if not any(one.label in people for one in made):
        made += [Evidence("recipient", who, source="SES") for who in people]
    if message := _text(_part(one, "mail"), "messageId"):
        made.append(Evidence("messageId", message, source="SES"))
    return tuple(made[:_MOST])


def _recipients(detail: Json, key: str) -> tuple[str, ...]:
    found = detail.get(key)
    rows = found if isinstance(found, list) else []
    names = (one if isinstance(one, str) else _text(one, "emailAddress") if isinstance(one, dict) else "" for one in rows)
    return tuple(name for name in names if name)[:_MOST]


def _unwrapped(values: list[Any]) -> Iterator[Json]:
    """The objects inside the envelopes, the innermost only."""
    waiting = [(value, 0) for value in reversed(values)]
    seen = 0
    while waiting and seen < 4 * _MOST:
        value, depth = waiting.pop()
        seen += 1
        if isinstance(value, str) and depth:
            parsed = _parsed(value) if value.lstrip()[:1] in ("{", "[") else None
            value = parsed if parsed is not None else {}
        if isinstance(value, list):
            waiting += [(one, depth + 1) for one in reversed(value[:_MOST])] if depth < _DEEPEST else []
        elif isinstance(value, dict):
            inner = [value[key] for key in _ENVELOPES if isinstance(value.get(key), (dict, list, str))]
            if inner and depth < _DEEPEST and "mail" not in value and value.get("Type") != "SubscriptionConfirmation":
                waiting += [(one, depth + 1) for one in reversed(inner)]
                if any(isinstance(value.get(key), str) for key in ("Message", "message")):
                    yield value
            else:
                yield value


_ENVELOPES = ("Records", "Messages", "Sns", "Message", "Body", "body", "detail")


def _part(one: Json, key: str) -> Json:
    found = one.get(key)
    return found if isinstance(found, dict) else {}


def _text(one: Any, key: str) -> str:
    found = one.get(key) if isinstance(one, dict) else None
    return found if isinstance(found, str) else ""


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _first(text: str) -> Any:
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None
