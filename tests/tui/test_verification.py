"""Verification: one verdict, the times, how far it has come, the cells, and the raw answers beside the lines by hand."""

import pytest
from textual.pilot import Pilot

from seswizard.core.answers import Server
from seswizard.core.findings import Evidence, Finding, Level, Remedy
from seswizard.core.records import Record
from seswizard.tui.app import SeswizardApp
from seswizard.tui.spread import serial_words
from seswizard.tui.truths import same_by_hand
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.widgets.matrix import TruthMatrix
from tests.tui.driving import driven, lines, press, settle, text
from tests.tui.fakes import TOKENS, ZONE, World, denied, pending

SIZES = [(80, 24), (100, 30), (120, 40)]
RESOLVERS = ("system", "Cloudflare", "Google", "Quad9", "OpenDNS", "AdGuard", "CleanBrowsing", "DNS.SB", "Level3")


def spread(servers: int, *published: int) -> World:
    """A domain with so many servers, nine resolvers, and these DKIM records published."""
    world = World()
    world.ses.known["example.com"] = pending("example.com")
    world.dns.servers, world.dns.resolvers_know = servers, True
    world.dns.resolvers = tuple(Server(name, f"192.0.2.{200 + at}") for at, name in enumerate(RESOLVERS))
    world.publish(*published)
    return world


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("servers", [1, 4, 8])
async def test_everything_issue_three_asks_for_is_there(servers: int, size: tuple[int, int]) -> None:
    """At every size, whatever the number of servers; no word is cut and nothing scrolls at 80×24."""
    async with driven(spread(servers, 1, 3), start="propagation", size=size) as (app, pilot):
        await app.session.services.clock.advance(65)  # type: ignore[attr-defined]  # the manual clock
        await settle(pilot)
        shown = text(app)
        assert "… waiting  dkim 1 is not published yet." in shown
        assert "waiting for 1 min" in shown
        assert "next look in" in shown
        noun = "server" if servers == 1 else "servers"
        assert f"Your {servers} {noun}" in shown
        assert "9 resolvers" in shown
        assert f"{2 * servers} of {6 * servers} right" in shown
        assert "18 of 18 right" in shown
        assert "not there yet" in shown
        assert f"all {servers}" in shown
        assert "all 9" in shown
        matrix = app.screen.query_one("#matrix").region
        assert not [line for line in lines(app)[matrix.y : matrix.bottom] if line.rstrip().endswith("…")]
        assert "l Look now" in lines(app)[-1]
        assert "space Pause" in lines(app)[-1]
        body = app.screen.query_one("#body")
        assert size[1] > 24 or body.max_scroll_y == 0


@pytest.mark.parametrize(("size", "there"), [((80, 24), False), ((100, 30), True), ((120, 40), True)])
async def test_where_there_is_room_each_servers_word_is_told(size: tuple[int, int], there: bool) -> None:
    """Names, addresses, serials and round-trip times; of the record that is talked about, or of the one under the cursor."""
    async with driven(spread(4, 1, 3), start="propagation", size=size) as (app, pilot):
        assert app.screen.query_one("#each").display is there
        if not there:
            return
        app.screen.query_one("#body").scroll_end(animate=False)
        await settle(pilot)
        assert "dkim 1 at each of your servers" in text(app)
        row = next(line for line in lines(app) if "ns4.dns.example" in line)
        assert "192.0.2.56" in row
        assert "… no such name" in row
        assert "serial 1 " in row
        assert "12 ms" in row
        await press(pilot, "m", "down")
        app.screen.query_one("#body").scroll_end(animate=False)
        await settle(pilot)
        words = [str(one.render()) for one in app.screen.query("#each .h")]
        assert words == ["dkim 2 at each of your servers", "dkim 2 at each resolver"]


async def test_paused_it_looks_no_more_until_told() -> None:
    """Space holds, l looks at once."""
    async with driven(spread(4), start="propagation") as (app, pilot):
        clock = app.session.services.clock
        await press(pilot, "space")
        assert "paused, space resumes" in text(app)
        dns = app.session.services.dns
        before = dns.asked  # type: ignore[attr-defined]  # the fake counts
        await clock.advance(60)  # type: ignore[attr-defined]  # the manual clock
        assert dns.asked == before  # type: ignore[attr-defined]  # the fake counts
        await press(pilot, "l")
        assert dns.asked > before  # type: ignore[attr-defined]  # the fake counts


async def opened(app: SeswizardApp, pilot: Pilot[str], *keys: str) -> str:
    """The text of the cell that these keys open."""
    await press(pilot, "m", *keys, "enter")
    return str(app.screen.query_one("#text").render())


@pytest.mark.parametrize(("keys", "server"), [(("right",), "192.0.2.53"), (("down", "right", "right"), "192.0.2.200")])
async def test_a_cell_opens_the_raw_answer_and_the_lines_by_hand(keys: tuple[str, ...], server: str) -> None:
    """For dig, nslookup and PowerShell, to the same server; c copies all of it."""
    world = spread(4, 1, 2, 3)
    async with driven(world, start="propagation") as (app, pilot):
        shown = await opened(app, pilot, *keys)
        name = f"{TOKENS[1] if len(keys) == 1 else TOKENS[2]}._domainkey.example.com"
        assert f"{name} 300 CNAME {name.split('.')[0]}.{ZONE}" in shown
        assert "NOERROR" in shown
        assert " ms" in shown
        assert f"@{server} {name} CNAME" in shown
        assert f"-type=CNAME {name} {server}" in shown
        assert f"Resolve-DnsName -Type CNAME -Server {server} {name}" in shown
        await press(pilot, "c")
        assert world.clipboard.taken == [shown]


def test_by_hand_the_port_is_named_where_it_is_another() -> None:
    """Each program has its own way, and PowerShell has none."""
    record = Record("dkim", "a._domainkey.example.com", "CNAME", "a.dkim.example", 300)
    dig, nslookup, powershell = same_by_hand(record, Server("ns1", "127.0.0.21", 5353), recursive=False)[1:]
    assert dig.strip() == "dig +norecurse -p 5353 @127.0.0.21 a._domainkey.example.com CNAME"
    assert nslookup.strip() == "nslookup -norecurse -port=5353 -type=CNAME a._domainkey.example.com 127.0.0.21"
    assert powershell.strip() == "Resolve-DnsName asks port 53 only"
    resolver = same_by_hand(record, Server("", "192.0.2.200"), recursive=True)[1]
    assert resolver.strip() == "dig @192.0.2.200 a._domainkey.example.com CNAME"


async def test_verified_rings_and_stands_in_the_title_on_this_screen_too() -> None:
    """Whoever waits with the terminal in the background sees and hears it."""
    world = spread(2, 1, 2, 3)
    async with driven(world, start="propagation") as (app, pilot):
        rung: list[bool] = []
        app.bell = lambda: rung.append(True)  # type: ignore[method-assign]  # nobody hears the headless bell
        world.ses.known["example.com"] = pending("example.com", dkim="SUCCESS")
        await world.clock.advance(12)
        await settle(pilot)
        assert rung == [True]
        assert app.title == "✓ example.com"


async def test_before_the_domain_is_known_it_leads_there() -> None:
    """No empty matrix, no red: what comes first, and the button that opens it."""
    async with driven(World(), start="propagation") as (app, pilot):
        assert "○ to do  The records spread, and SES sees them." in text(app)
        assert "First: Domain." in text(app)
        assert not app.screen.query_one("#matrix").region.height
        assert "m Cells" not in lines(app)[-1]
        await press(pilot, "enter")
        assert app.step == "domain"


async def test_without_ses_nothing_is_called_right() -> None:
    """Nobody knows which records it wants, so right servers say nothing."""
    world = World()
    world.sts.failure = world.ses.failure = denied()
    async with driven(world, start="propagation") as (app, _):
        assert "DNS is right everywhere" not in text(app)
        assert "? unknown  Could not look: the SSO session" in text(app)


async def test_when_ses_falls_silent_later_the_cells_stay() -> None:
    """DNS is still looked at; only SES's column says that it was not read."""
    world = spread(2, 1, 2, 3)
    async with driven(world, start="propagation") as (app, pilot):
        world.ses.failure = denied()
        await world.clock.advance(12)
        await settle(pilot)
        assert app.screen.query_one(TruthMatrix).region.height > 2
        assert "– not read" in text(app)


async def test_a_look_that_finds_the_same_leaves_every_widget_where_it_is() -> None:
    """Waiting costs next to nothing: nothing is built anew, and what counts seconds moves nothing."""
    async with driven(spread(4, 1, 3), start="propagation") as (app, pilot):
        before = list(app.screen.query("#findings *, #matrix *"))
        asked = app.session.services.dns.asked  # type: ignore[attr-defined]  # the fake counts
        await app.session.services.clock.advance(65)  # type: ignore[attr-defined]  # the manual clock
        await settle(pilot)
        assert app.session.services.dns.asked > asked  # type: ignore[attr-defined]  # the fake counts
        assert list(app.screen.query("#findings *, #matrix *")) == before


async def test_a_click_puts_the_cursor_on_its_cell() -> None:
    """Enter then opens that one."""
    async with driven(spread(4, 1, 2, 3), start="propagation") as (app, pilot):
        await pilot.click("#matrix", offset=(36, 3))
        await press(pilot, "enter")
        assert "dkim 2: what your servers say" in text(app)


@pytest.mark.parametrize(
    ("serials", "said"),
    [
        ([12], "serial 12"),
        ([4, 10], "serials 10, 4"),
        ([2026112204, 2026112205], "serials …05, …04"),
        ([2026112105, 2026112205], "serials …205, …105"),
        ([], "no answer yet"),
    ],
)
def test_two_serials_are_told_by_what_differs(serials: list[int], said: str) -> None:
    """Short ones whole; of long ones as many last digits as tell them apart."""
    assert serial_words(serials) == said


async def test_at_60_columns_no_cell_is_cut() -> None:
    """The smallest terminal on which there is a screen at all: short forms, and heads without their first words."""
    world = spread(3, 1, 3)
    async with driven(world, start="propagation", size=(60, 20)) as (app, _):
        top = app.screen.query_one("#matrix").region.y
        rows = lines(app)[top : top + 6]
        assert "3 servers" in rows[0]
        assert "still keep" in rows[1]
        assert [row for row in rows if row.rstrip().endswith("…") or "y…" in row or "s…" in row] == []
        assert "– not read" in " ".join(lines(app))


@pytest.mark.parametrize("remedy", [None, Remedy("Wait a little.")])
async def test_a_second_word_gives_way_to_what_is_to_be_done_and_to_nothing_else(remedy: Remedy | None) -> None:
    """At 80x24, where nothing else names the server that is late."""
    evidence = tuple(Evidence("example.com", seen, "serial 2", f"ns{seen[-1]}") for seen in ("serial 2", "serial 1"))
    async with driven(spread(2, 1), start="propagation", size=(80, 24)) as (app, pilot):
        shown = app.screen.query_one("#findings", Findings)
        await shown.show(Finding("dns.partial", Level.WAITING, "Something.", evidence, remedy))
        await settle(pilot)
        assert "has it  ns2" in text(app)
        assert ("serial 1  ns1" in text(app)) is (remedy is None)
        assert ("Wait a little." in text(app)) is (remedy is not None)
