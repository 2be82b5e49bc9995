"""What SES's refusals mean, by SMTP and by API, as failures with a way out: the one reader behind sending and `explain`.

Sources: https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-smtp.html (codes),
https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html (texts), RFC 5321 §4.2.
"""

import re

from seswizard.core.failure import Failure
from seswizard.core.reply_rules import RULES
from seswizard.core.text import elide

_LONGEST = 2000
_MAY_NOT = r"not authorized to perform|access denied: user"


def read_reply(code: int | None, reply: str, region: str = "", sender: str = "", *, ses: bool = True) -> Failure | None:
    """What a refusing reply stands for; None if it is none that is known.

    `code` is None for texts of the API; `sender` tells whose verification is missing; `region` is where it was sent.
    Without `ses` it is not known whose reply it is: then only words count that are SES's own.
    """
    text = reply[:_LONGEST]
    low = text.lower()
    said = f"{code or ''} {elide(text, 300)}".strip()
    detail = f"{code or ''} {reply}".strip()
    if re.search(r"identities failed the check|rejected: email address(?:es)? (?:is|are) not verified", low) or (
        ses and re.search(r"address(?:es)? (?:is|are) not verified", low)
    ):
        return _unverified(text, detail, region, sender)
    if code in (None, 550, 554, 535) and re.search(_MAY_NOT, low) and (ses or re.search(r"arn:aws|ses:send", low)):
        return _denied(text, detail, sender)
    if ses and code == 554 and re.match(r"access denied\b", low):
        return _denied(text, detail, sender)
    for rule in RULES:
        if (rule.codes and code not in rule.codes) or not (found := re.search(rule.text, low)):
            continue
        if not ses and (rule.anybodys or (rule.words and rule.words not in low)):
            continue
        group = text[found.start(1) : found.end(1)] if found.re.groups and found[1] else "that"
        return Failure(rule.kind, rule.title.format(said=said, found=group), detail, rule.remedy, retry=rule.retry)
    if code == 535 and (ses or "authentication credentials invalid" in low):
        return _wrong_login(detail, region)
    return None


def identities(reply: str) -> tuple[str, ...]:
    """The identities that SES names as unverified, as it writes them; empty if it names none."""
    found = re.search(r"(?i)failed the check in region [a-z0-9-]{1,30}:\s{0,20}(.{1,1500})", reply, re.DOTALL)
    named = []
    for part in found[1].split(",") if found else ():
        inner = re.search(r"<([^<>\s]{1,320})>", part)
        words = part.split()
        name = (inner[1] if inner else words[0] if words else "").strip("\"'`<>()[]{};:").rstrip(".…\\\"'`)]}>;:,")
        if re.fullmatch(r"[^\s@]{1,100}@?[^\s@]{1,255}", name) and ("." in name or "@" in name):
            named.append(name)
        if not inner and len(words) > 1:
            break
    return tuple(dict.fromkeys(named))


def named_region(reply: str) -> str:
    """The region that the reply names (SES writes it in upper case), in lower case; empty for none."""
    found = re.search(r"(?i)failed the check in region ([a-z]{2,5}(?:-[a-z]{2,12}){1,3}-\d{1,2})\b", reply)
    return found[1].lower() if found else ""


def _unverified(text: str, detail: str, region: str, sender: str) -> Failure:
    names = identities(text)
    where = named_region(text)
    ours = bool(sender) and bool({name.lower() for name in names} & {sender.lower(), sender.lower().rpartition("@")[2]})
    title = f"SES{' in ' + where if where else ''} does not know these addresses as verified: {', '.join(names) or 'an address'}."
    elsewhere = f" This was sent in {where}, not in {region}." if where and region and where != region else ""
    if ours:
        remedy = "Verify the sender's domain in that region, or send from an address of one that is; every region has its own."
        return Failure("send.sender-unverified", title, detail, remedy + elsewhere)
    remedy = (
        "In the sandbox sender and recipient must be verified in that region: verify them, write to the simulator, "
        "or ask for production access."
    )
    return Failure("send.recipient-unverified", title, detail, remedy + elsewhere)


def _denied(text: str, detail: str, sender: str) -> Failure:
    found = re.search(r"on resource:? {0,2}[`'\"]?(arn:[^\s'`\"<>,]{1,400})", text)
    action = re.search(r"not authorized to perform:? {0,2}[`'\"]?([A-Za-z0-9-]{2,40}:[A-Za-z0-9*]{1,60})", text)
    if action and not action[1].startswith("ses:Send"):
        title = f"These credentials may not call {action[1]}."
        return Failure("access.denied", title, detail, f"Have {action[1]} added to the policy of the caller.")
    arn = found[1].rstrip(".") if found else ""
    again = "Or make the login again, so that its policy is put right: seswizard login create."
    what = "" if not arn else "configuration-set" if ":configuration-set/" in arn else "identity"
    name = arn.rpartition("/")[2].lower()
    if what == "configuration-set":
        why = "A configuration set applies (by header, or as the identity's default), so the policy must allow its ARN too. "
    elif what == "identity" and sender and name not in (sender.lower(), sender.lower().rpartition("@")[2]):
        why = (
            "That may be the recipient's identity: where the recipient is verified in your account SES asks for it too. "
            "Allow identity/* with a condition on ses:FromAddress. "
        )
    elif what == "identity":
        why = "Allow ses:SendRawEmail on that identity; a condition on ses:FromAddress compares upper and lower case. "
    else:
        why = "Allow ses:SendRawEmail on the sender's identity and on its configuration set. "
    return Failure("send.not-authorized", f"The login's IAM policy does not allow {arn or 'this message'}.", detail, why + again)


def _wrong_login(detail: str, region: str) -> Failure:
    other = f"the password belongs to another region than {region}" if region else "the password belongs to another region"
    return Failure(
        "send.auth-failed",
        "SES refuses this login.",
        detail,
        f"The key is deleted or inactive, or {other}, or it is the key's own secret instead of the SMTP password; "
        "a new key may need some minutes.",
    )
