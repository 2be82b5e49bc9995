"""Authentication-Results as receivers write it: RFC 8601, and what Microsoft and older servers make of it.

ARC-Authentication-Results (RFC 8617 §4.1.1) has the same form behind an instance number, and is never mistaken for the
receiver's own word. Microsoft leaves the authserv-id out; its first segment is a result already.
"""

from dataclasses import dataclass

from seswizard.core.headers.message import Message
from seswizard.core.headers.shown import domain_in, shown
from seswizard.core.headers.words import Segment, segments, without_comments

_MOST, _PROPERTIES = 30, 12
"""Results kept of one server, and properties of each; Fastmail, the most talkative, writes a dozen and eight."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one method came to."""

    method: str
    """`dkim`, `spf`, `dmarc` …, without a version."""
    value: str
    """`pass`, `fail` …, lower case."""
    properties: tuple[tuple[str, str], ...] = ()
    """`header.d` and its like, as `ptype.property`."""
    comment: str = ""

    def of(self, *names: str) -> str:
        """The first of these properties that it has; empty if none."""
        found = dict(reversed(self.properties))
        return next((found[name] for name in names if found.get(name)), "")

    @property
    def domain(self) -> str:
        """The domain it is about: `d=` or `i=` of a signature, the MAIL FROM, the From."""
        return domain_in(self.of("header.d", "header.i", "smtp.mailfrom", "smtp.mail", "smtp.helo", "header.from"))


@dataclass(frozen=True, slots=True)
class AuthResults:
    """The results of one receiver."""

    server: str
    """Its authserv-id; empty where it gives none, as Microsoft does."""
    results: tuple[Result, ...]
    instance: int = 0
    """Of an ARC set; 0 for the receiver's own field."""

    def by(self, method: str) -> tuple[Result, ...]:
        """The results of one method."""
        return tuple(result for result in self.results if result.method == method)

    @property
    def name(self) -> str:
        """The server for a person."""
        return self.server or "the receiver (Microsoft writes no server name)"


def read_results(value: str) -> AuthResults:
    """One field's value; what is no result is passed over."""
    instance, server = 0, ""
    results: list[Result] = []
    for place, segment in enumerate(segments(value)):
        words = segment.words
        if place == 0 and words and words[0][0] == "i":
            instance = int(words[0][1][:4]) if words[0][1].isascii() and words[0][1].isdecimal() else 0
        elif not results and not server and words and words[0][0] is None:
            server = words[0][1].lower()
        elif (found := _result(segment)) and len(results) < _MOST:
            results.append(found)
    return AuthResults(shown(server), tuple(results), instance)


def _result(segment: Segment) -> Result | None:
    method = next((place for place, (key, _) in enumerate(segment.words) if key and "." not in key), None)
    # Yahoo's older servers put `from=example.com;` between the results.
    if method is None or segment.words[method][0] == "from":
        return None
    name, value = segment.words[method]
    rest = [(key.lower(), shown(text)) for key, text in segment.words[method + 1 :] if key]
    word = (name or "").partition("/")[0].lower()
    return Result(shown(word), shown(value.lower()), tuple(rest[:_PROPERTIES]), shown(" ".join(segment.comments)))


@dataclass(frozen=True, slots=True)
class Receivers:
    """All that says it checked this mail."""

    own: AuthResults | None
    """The topmost server's: the only one that the recipient has reason to trust (RFC 8601 §7.1)."""
    others: tuple[AuthResults, ...] = ()
    """Further down: servers on the way, or anybody who wrote such a field into the mail."""
    arc: tuple[AuthResults, ...] = ()


def receivers(message: Message) -> Receivers:
    """Who checked the mail; one server may write several fields, as opendkim beside opendmarc does.

    What stands below the next Received field was there before the topmost server took the mail, so it is another's.
    """
    own: list[AuthResults] = []
    others: list[AuthResults] = []
    arc: list[AuthResults] = []
    passed = False
    for field in message.fields:
        if field.name == "received":
            passed = bool(own)
        elif field.name == "authentication-results":
            (others if passed else own).append(read_results(field.value))
        elif field.name == "arc-authentication-results":
            arc.append(read_results(field.value))
    if not own:
        return Receivers(None, (), tuple(arc[:_MOST]))
    results = tuple(result for one in own for result in one.results)[:_MOST]
    name = next((one.server for one in own if one.server and one.server != "opendmarc"), own[0].server)
    if not any(result.method == "spf" for result in results) and (told := _received_spf(message)):
        results = (*results, told)
    return Receivers(AuthResults(name, results), tuple(others[:_MOST]), tuple(arc[:_MOST]))


def _received_spf(message: Message) -> Result | None:
    """The topmost Received-SPF (RFC 7208 §9.1), which some servers write instead of a result."""
    value = message.first("received-spf")
    if not value:
        return None
    word = without_comments(value).split(maxsplit=1)
    given = {key: text for segment in segments(value) for key, text in segment.words if key}
    sender = given.get("envelope-from", "").strip("<>")
    return Result("spf", shown(word[0].lower()), (("smtp.mailfrom", shown(sender)),)) if word else None
