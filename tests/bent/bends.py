"""What may come in place of AWS's answer: by a proxy, a captive portal, an emulator, or on a bad day at AWS."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from seswizard.demo.faults import Answer, Fault

Change = Callable[[bytes], bytes]
DRIP = 0.02
"""Seconds between two pieces of an answer that never ends by itself."""
_MANY = 400
_PIECE = b" " * 1_000_000
_DRIPS = 3_000
_LEAF = re.compile(rb"<(\w+)>([^<]*)</\1>")
_ROOT = re.compile(rb"(<(\w+Response)\b[^>]*>).*(</\2>)", re.DOTALL)
_HTML = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body><p>Log in to this network.</p></body></html>"
_BINARY = bytes(range(256)) * 8


def _is_xml(body: bytes) -> bool:
    return body.lstrip().startswith(b"<")


def _of_members(json_change: Callable[[object], object], xml_change: Change) -> Change:
    def change(body: bytes) -> bytes:
        if _is_xml(body):
            return xml_change(body)
        return json.dumps(json_change(json.loads(body or b"{}"))).encode()

    return change


def _hollow(said: object) -> object:
    """Every member is there, and each one that has members has none."""
    return {name: type(value)() if isinstance(value, dict | list) else value for name, value in _object(said).items()}


def _object(said: object) -> dict[str, object]:
    return said if isinstance(said, dict) else {}


def _nulls(said: object) -> object:
    return dict.fromkeys(_object(said))


def _null_leaves(said: object) -> object:
    if isinstance(said, dict):
        return {name: _null_leaves(value) for name, value in said.items()}
    return [_null_leaves(value) for value in said] if isinstance(said, list) else None


def _crossed(said: object) -> object:
    """Every leaf is of another kind."""
    if isinstance(said, dict):
        return {name: _crossed(value) for name, value in said.items()}
    if isinstance(said, list):
        return [_crossed(value) for value in said]
    return 7 if isinstance(said, str) else "seven"


def _swapped(said: object) -> object:
    """What has members is a word, and every word has members."""
    return {name: "word" if isinstance(value, dict | list) else {"a": [1]} for name, value in _object(said).items()}


def _more(said: object) -> object:
    """Members that nobody knows, and one more null in every list."""
    if isinstance(said, dict):
        return {**{name: _more(value) for name, value in said.items()}, "Unheard": {"Of": [None]}}
    return [*map(_more, said), None] if isinstance(said, list) else said


def _no_leaves(body: bytes) -> bytes:
    return _LEAF.sub(b"", body)


CHANGES: dict[str, Change] = {
    "malformed": lambda body: body[: len(body) * 2 // 3] + b"\xff<{",
    "empty": lambda _body: b"",
    "missing": _of_members(lambda _said: {}, lambda body: _ROOT.sub(rb"\1\3", body)),
    "hollow": _of_members(_hollow, _no_leaves),
    "null": _of_members(_nulls, lambda body: _LEAF.sub(rb"<\1/>", body)),
    "null leaves": _of_members(_null_leaves, lambda body: _LEAF.sub(rb"<\1></\1>", body)),
    "wrong type": _of_members(_crossed, lambda body: _LEAF.sub(rb"<\1><Of><All>things</All></Of></\1>", body)),
    "swapped": _of_members(_swapped, lambda body: _LEAF.sub(rb"<\1>&#163; seven</\1>", body)),
    "extra": _of_members(_more, lambda body: _LEAF.sub(rb"<\1>\2</\1><Unheard><Of>it</Of></Unheard>", body)),
    "json null": lambda _body: b"null",
    "json list": lambda _body: b"[[], {}, null]",
    "json number": lambda _body: b"7",
    "html": lambda _body: _HTML,
    "binary": lambda _body: _BINARY,
}
"""What is made of the answer's bytes, with the status as it was."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The answer with other bytes, and perhaps another status."""

    change: Change
    status: int | None = None

    def __call__(self, status: int, headers: dict[str, str], body: bytes) -> Answer:
        """Change a good answer; one that says no already goes out as it is."""
        if status >= 300:
            return status, {**headers, "Content-Length": str(len(body))}, [body]
        changed = self.change(body)
        return self.status or status, {**headers, "Content-Length": str(len(changed))}, [changed]


def huge(status: int, headers: dict[str, str], body: bytes) -> Answer:
    """400 MB that begin as AWS's answers do."""
    return status, headers, (body[:1] if number == 0 else _PIECE for number in range(_MANY))


def slow(status: int, headers: dict[str, str], body: bytes) -> Answer:
    """A byte at a time, always in time for who waits for the next byte, for a minute."""

    def drips() -> Iterator[bytes]:
        yield body[:1]
        for _ in range(_DRIPS):
            time.sleep(DRIP)
            yield b" "

    return status, headers, drips()


def faults(service: str, operation: str) -> dict[str, Fault]:
    """Every bent answer of an operation, by its name."""
    bent = {
        name: Fault(operation, service=service, count=None, bend=Changed(change)) for name, change in CHANGES.items()
    } | {
        "html error": Fault(operation, service=service, count=None, bend=Changed(CHANGES["html"], 403)),
        "list error": Fault(operation, service=service, count=None, bend=Changed(CHANGES["json list"], 400)),
        "huge": Fault(operation, service=service, count=None, bend=huge),
        "slow": Fault(operation, service=service, count=None, bend=slow),
        "5xx for ever": Fault(operation, "ServiceUnavailable", status=503, service=service, count=None),
    }  # fmt: skip
    return bent | {"5xx once": Fault(operation, "ServiceUnavailable", status=503, service=service, count=1)}
