"""DNS records: what is wrong with a record speaks, its remedy can be copied, and advice stays below what is to be added."""

from dataclasses import dataclass, replace

import pytest

from seswizard.core.answers import Answer, Question, Reply, Row, Server
from seswizard.tui.widgets.card import RecordCard
from tests.tui.driving import driven, lines, press, text
from tests.tui.fakes import World, pending
from tests.tui.golden.scenes import SpreadDns, right

SPF, DMARC = ("bounce.example.com", "TXT"), ("_dmarc.example.com", "TXT")
NEEDLESS = "v=spf1 include:amazonses.com " + " ".join(f"a:out{number}.example.net" for number in range(11)) + " ~all"


@dataclass
class SeveralDns(SpreadDns):
    """Values that stand on lines of their own are records of their own."""

    async def ask(
        self,
        server: Server,
        question: Question,
        *,
        recursive: bool = False,
        timeout: float = 1.5,
        checking_disabled: bool = False,
    ) -> Reply:
        found = await super().ask(server, question, recursive=recursive, timeout=timeout, checking_disabled=checking_disabled)
        if not isinstance(found, Answer):
            return found
        rows = tuple(
            Row(row.name, row.type, row.ttl, one, row.priority) for row in found.rows for one in row.value.split("\n") or ("",)
        )
        return replace(found, rows=rows)


def published(**others: str) -> World:
    """Everything is right but for these: `spf`, `dmarc`."""
    world = right()
    world.dns = SeveralDns(published=world.dns.published)
    world.dns.published |= {{"spf": SPF, "dmarc": DMARC}[name]: value for name, value in others.items()}
    return world


TWICE = {"dmarc": "v=DMARC1; p=reject;\nv=DMARC1; p=none;"}
TWO = {"spf": "v=spf1 include:amazonses.com ~all\nv=spf1 ip4:192.0.2.0/24 -all"}
WRONG = [
    (TWO, "several SPF records", "MAIL FROM SPF", "× several"),
    ({"spf": NEEDLESS}, "costs too much", "MAIL FROM SPF", "× costs too much"),
    (TWICE, "2 DMARC records stand at _dmarc.example.com", "DMARC", "× several"),
]


@pytest.mark.parametrize(("there", "title", "label", "mark"), WRONG, ids=["spf.duplicate", "spf.too-many", "dmarc.duplicate"])
async def test_what_is_wrong_with_a_record_speaks_and_is_mended_here(
    there: dict[str, str], title: str, label: str, mark: str
) -> None:
    """Verdict, list and remedy tell the same; enter copies the value, and the record has its hostname and type beside it."""
    world = published(**there)
    async with driven(world, start="records") as (app, pilot):
        shown = " ".join(text(app).split())
        assert "× problem" in shown
        assert title in shown
        assert "are in your DNS." not in shown
        assert "Add 1 record" not in shown
        row = next(line for line in lines(app) if line.lstrip().startswith(label))
        assert row.rstrip().endswith(mark)
        host = "bounce" if label != "DMARC" else "_dmarc"
        assert f"Hostname {host} Type TXT" in shown
        assert app.screen.query_one("#body").max_scroll_y == 0
        await press(pilot, "enter", "3")
        wanted = "v=DMARC1; p=none;" if label == "DMARC" else "v=spf1 include:amazonses.com ~all"
        assert world.clipboard.taken == [wanted, wanted]


async def test_another_record_can_still_be_read() -> None:
    """Its card comes back as soon as one goes there."""
    async with driven(published(**TWICE), start="records") as (app, pilot):
        assert [card.display for card in app.screen.query(RecordCard)] == [False]
        await press(pilot, "up")
        assert "MAIL FROM SPF  5 of 6" in text(app)
        assert "2 DMARC records" in text(app)


async def test_with_everything_there_advice_speaks() -> None:
    """Never a verdict of fine beside advice; the value that would be better stands whole."""
    async with driven(published(dmarc="v=DMARC1; p=none; aspf=s;"), start="records") as (app, pilot):
        shown = " ".join(text(app).split())
        assert "▲ advice aspf=s cannot align" in shown
        assert "✓ ok" not in shown
        assert "All 6 records are in your DNS." in shown
        assert "v=DMARC1; p=none;" in [line.strip(" ▌") for line in lines(app)]
        await press(pilot, "enter")
        assert app.step == "propagation"


async def test_advice_stays_below_what_is_to_be_added() -> None:
    """While records are missing they have the word; that DMARC is missing too is told by the list alone."""
    world = published(dmarc="v=DMARC1; p=none; aspf=s;")
    world.ses.known["example.com"] = pending("example.com")
    for token in [name for name, kind in world.dns.published if kind == "CNAME"]:
        del world.dns.published[token, "CNAME"]
    async with driven(world, start="records", size=(100, 40)) as (app, _):
        rows = text(app)
        assert "● now  Add 3 records at your DNS host." in rows
        assert rows.index("Hostname") < rows.index("▲ advice  aspf=s cannot align")
    del world.dns.published[DMARC]
    async with driven(world, start="records") as (app, _):
        assert "● now  Add 4 records at your DNS host." in text(app)
        assert "no DMARC policy" not in text(app)


async def test_verification_does_not_call_fine_what_the_records_call_wrong() -> None:
    """SES sees the domain, which is said; and that something is still to be mended, and where."""
    async with driven(published(**TWICE), start="propagation") as (app, pilot):
        assert "✓ ok  example.com is verified" in text(app)
        assert "b: DNS records has something to mend" in text(app)
        await press(pilot, "b")
        assert app.step == "records"


async def test_ses_sees_them_is_said_only_where_it_does() -> None:
    """Where SES gave up on MAIL FROM, it does not see them all; Verification has the command that mends it."""
    world = right()
    known = world.ses.known["example.com"]
    assert known.mail_from is not None
    world.ses.known["example.com"] = replace(known, mail_from=replace(known.mail_from, status="FAILED"))
    async with driven(world, start="records") as (app, pilot):
        assert "All 6 records are in your DNS." in text(app)
        assert "SES sees them too" not in text(app)
        await press(pilot, "n")
        assert "Copy command" in text(app)
        await press(pilot, "enter")
        assert world.clipboard.taken[0].startswith("aws sesv2 put-email-identity-mail-from-attributes")


@dataclass
class LameDns(SpreadDns):
    """The second server of the zone refuses every question."""

    async def ask(
        self,
        server: Server,
        question: Question,
        *,
        recursive: bool = False,
        timeout: float = 1.5,
        checking_disabled: bool = False,
    ) -> Reply:
        if not recursive and server.address == "192.0.2.54":
            return Answer("REFUSED", False, ())
        return await super().ask(server, question, recursive=recursive, timeout=timeout, checking_disabled=checking_disabled)


@dataclass
class LateDns(SpreadDns):
    """The second server of the zone has nothing yet."""

    async def ask(
        self,
        server: Server,
        question: Question,
        *,
        recursive: bool = False,
        timeout: float = 1.5,
        checking_disabled: bool = False,
    ) -> Reply:
        if not recursive and server.address == "192.0.2.54" and question.type == "CNAME":
            return Answer(
                "NXDOMAIN", True, (), (Row("example.com", "SOA", 300, "ns1.dns.example admin.dns.example 1 2 3 4 300"),)
            )
        return await super().ask(server, question, recursive=recursive, timeout=timeout, checking_disabled=checking_disabled)


async def test_nobody_is_told_to_add_records_that_a_lame_server_hides() -> None:
    """They are there; the server is named, and one lands at Verification and is led there from the list."""
    world = right()
    world.dns = LameDns(published=world.dns.published)
    async with driven(world) as (app, pilot):
        assert app.step == "propagation"
        await press(pilot, "b")
        shown = " ".join(text(app).split())
        assert "Add 5 records" not in shown
        assert "× problem 1 of 2 delegated servers does not serve example.com." in shown
        assert "✓ added, 1 of 2" in shown
        await press(pilot, "enter")
        assert app.step == "propagation"


async def test_what_spreads_was_added() -> None:
    world = right()
    world.dns = LateDns(published=world.dns.published)
    async with driven(world, start="records") as (app, pilot):
        shown = " ".join(text(app).split())
        assert "All 6 records are added; 3 are not at every server yet." in shown
        assert "Add 3 records" not in shown
        await press(pilot, "enter")
        assert app.step == "propagation"


async def test_the_cursor_begins_at_what_is_to_be_added() -> None:
    """Nobody copies a record that is right already; the next one is the next that is missing."""
    world = right()
    world.ses.known["example.com"] = pending("example.com")
    for name, kind in sorted((name, kind) for name, kind in world.dns.published if kind == "CNAME")[1:]:
        del world.dns.published[name, kind]
    del world.dns.published[DMARC]
    async with driven(world, start="records", size=(100, 40)) as (app, pilot):
        assert "dkim 2  2 of 6" in text(app)
        app.screen.query_one("#list").focus()  # A button takes no second press while it shows the first.
        await press(pilot, "enter", "enter", "enter")
        assert "dkim 3  3 of 6" in text(app)
        await press(pilot, "enter", "enter", "enter")
        assert "DMARC  6 of 6" in text(app)
