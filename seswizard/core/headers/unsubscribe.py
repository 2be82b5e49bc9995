"""One-click unsubscribing as RFC 8058 wants it, and what is missing from it."""

import re
from dataclasses import dataclass

from seswizard.core.headers.message import Message
from seswizard.core.headers.shown import shown
from seswizard.core.headers.signature import Signature

_URI = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """What the mail offers."""

    offered: str
    """The List-Unsubscribe field; empty if there is none."""
    lacks: tuple[str, ...]
    """What RFC 8058 §3.1 and §4 want and is not there; empty if the mail has all of it."""


def unsubscribe(message: Message, found: tuple[Signature, ...]) -> Unsubscribe:
    """How one may unsubscribe, by the two header fields and the signatures that cover them."""
    offers, posts = message.all("list-unsubscribe"), message.all("list-unsubscribe-post")
    if not offers:
        return Unsubscribe("", ("List-Unsubscribe",))
    lacks = []
    if len(offers) > 1 or len(posts) > 1:
        lacks.append("exactly one of each field")
    if not any(uri.strip().lower().startswith("https://") for uri in _URI.findall(offers[0])):
        lacks.append("an https address in List-Unsubscribe")
    if not posts:
        lacks.append("List-Unsubscribe-Post")
    elif "".join(posts[0].split()).lower() != "list-unsubscribe=one-click":
        lacks.append("the words List-Unsubscribe=One-Click in List-Unsubscribe-Post")
    if not any({"list-unsubscribe", "list-unsubscribe-post"} <= one.covers for one in found):
        lacks.append("a DKIM signature that covers both fields")
    return Unsubscribe(shown(offers[0]), tuple(lacks))
