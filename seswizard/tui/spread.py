"""How far the records have spread: the heads over the matrix, the bars below it, and each server's word on one record."""

from textual.widgets import Static

from seswizard.core.answers import Reply, Server
from seswizard.core.cells import cell, cells
from seswizard.core.facts import Facts
from seswizard.core.identity import Identity
from seswizard.core.marks import MARKS
from seswizard.core.public import public_cell, public_cells
from seswizard.core.reading import Seen
from seswizard.core.records import Record
from seswizard.core.standings import ANSWERS, in_words
from seswizard.core.text import counted
from seswizard.tui.paint import PLAIN, Text, bar, bold, changed, joined, mark, quiet
from seswizard.tui.truths import PUBLIC_LOOKS, look_of, took
from seswizard.tui.widgets.countdown import clock_left, words_ago_in_tens

_BESIDE_BARS = 58
"""Columns that the words beside the two bars may take."""
_SHORT_SERIAL = 4
"""Digits up to which two serials are shown whole in a column's head."""


def heads(facts: Facts, known: Identity | None, resolvers: int) -> tuple[Text, ...]:
    """Over the matrix: when SES looked, which version of the zone the servers have."""
    checked = known.verification.last_checked if known else None
    when = words_ago_in_tens((facts.at - checked).total_seconds()) if checked else "not yet"
    servers = facts.delegation.value.servers if isinstance(facts.delegation, Seen) else ()
    return (
        joined("\n", quiet("Record")),
        joined(bold("SES saw"), "\n", quiet(when)),
        joined(bold(f"Your {counted(len(servers), 'server')}"), "\n", quiet(serial_words(sorted(set(_serials(facts)))))),
        joined(bold(counted(resolvers, "resolver")), "\n", quiet("what they still keep")),
    )


class SoFar(Static):
    """The bars: how many answers are right, of servers and of resolvers."""

    DEFAULT_CSS = """
    SoFar { height: 1; margin-top: 1; text-wrap: nowrap; }
    """

    def __init__(self) -> None:
        super().__init__("", id="so-far")
        self.facts: Facts | None = None

    def on_resize(self) -> None:
        """Bars as long as there is room."""
        self._draw()

    def show(self, facts: Facts) -> None:
        """Show how far it has come; nothing where there are no records."""
        self.facts, self.display = facts, bool(facts.records)
        self._draw()

    def _draw(self) -> None:
        if self.facts is None:
            return
        room = self.size.width or 76
        width, right = max(4, (room - _BESIDE_BARS) // 2), " right" if room > _BESIDE_BARS else ""
        servers = _bar("Servers", *servers_so_far(self.facts), width, "nobody answered", right)
        resolvers = _bar("Resolvers", *resolvers_so_far(self.facts), width, "not asked yet", right)
        changed(self, joined(servers, "    ", resolvers))


def server_rows(record: Record, facts: Facts) -> tuple[tuple[Text, ...], ...]:
    """What each server says of one record: name, address, standing, the zone's serial, round-trip time."""
    if not isinstance(facts.sweep, Seen):
        return ()
    sweep, zone = facts.sweep.value, facts.delegation.value.zone if isinstance(facts.delegation, Seen) else ""
    serials = {server: answer.serial for server, answer in sweep.answers(zone, "SOA")}
    level, _ = in_words(record, facts)
    rows: list[tuple[Text, ...]] = []
    for one in sweep.to(record.name, record.type):
        its = cell(record, one)
        says = mark(look_of(its.standing, level), ANSWERS.get(its.standing, its.seen))
        serial = serials.get(one.server)
        rows.append((*_who(one.server), says, quiet(f"serial {serial}" if serial is not None else "no serial"), _ms(one.reply)))
    return tuple(rows)


def resolver_rows(record: Record, facts: Facts) -> tuple[tuple[Text, ...], ...]:
    """What each resolver keeps of one record: name, address, standing, time left, round-trip time."""
    if not isinstance(facts.public, Seen):
        return ()
    public, rows = facts.public.value, list[tuple[Text, ...]]()
    for one in public.to(record.name, record.type):
        its = public_cell(record, one, public)
        says = mark(PUBLIC_LOOKS[its.standing], ANSWERS.get(its.standing, its.seen))
        late = its.standing in ("negative", "old") and its.left is not None
        rows.append((*_who(one.server), says, quiet(f"{clock_left(its.left or 0)} left" if late else ""), _ms(one.reply)))
    return tuple(rows)


def _who(server: Server) -> tuple[str, Text]:
    return (server.name, quiet(server.address)) if server.name and server.name != server.address else (server.address, "")


def _ms(reply: Reply) -> Text:
    return quiet(f"{took(reply):>6}")


def servers_so_far(facts: Facts) -> tuple[int, int]:
    """How many answers of the domain's own servers are right, of how many."""
    if not isinstance(facts.sweep, Seen):
        return 0, 0
    told = [one for record in facts.records for one in cells(record, facts.sweep.value)]
    return sum(one.standing == "right" for one in told), len(told)


def resolvers_so_far(facts: Facts) -> tuple[int, int]:
    """How many answers of resolvers are right, of how many."""
    if not isinstance(facts.public, Seen):
        return 0, 0
    told = [one for record in facts.records for one in public_cells(record, facts.public.value)]
    return sum(one.standing == "right" for one in told), len(told)


def _bar(what: str, right: int, asked: int, width: int, none: str, ending: str) -> Text:
    """`Servers  ━━━━───  4 of 12 right`."""
    if not asked:
        return joined(quiet(f"{what}  "), quiet(f"{MARKS['unasked'].shown(plain=PLAIN)} {none}"))
    return joined(quiet(f"{what}  "), bar(right / asked, width), f"  {right} of {asked}{ending}")


def serial_words(serials: list[int]) -> str:
    """`serial 2026112205`; where they differ the newest and the oldest, of long ones the ends."""
    if not serials:
        return "no answer yet"
    if len(serials) == 1:
        return f"serial {serials[0]}"
    newest, oldest = str(serials[-1]), str(serials[0])
    if len(newest) > _SHORT_SERIAL:
        end = next(length for length in range(2, len(newest) + 1) if newest[-length:] != oldest[-length:])
        newest, oldest = f"…{newest[-end:]}", f"…{oldest[-end:]}"
    return f"serials {newest}, {oldest}"


def _serials(facts: Facts) -> list[int]:
    if not isinstance(facts.sweep, Seen) or not isinstance(facts.delegation, Seen):
        return []
    answers = facts.sweep.value.answers(facts.delegation.value.zone, "SOA")
    return [answer.serial for _, answer in answers if answer.serial is not None]
