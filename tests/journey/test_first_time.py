"""From nothing to a proven bounce, by keyboard alone, in a real terminal of 80 columns and 24 rows."""

import json
import re
import subprocess
from collections.abc import Callable

import pytest

from tests.journey.conftest import Serve
from tests.journey.terminal import SESWIZARD, Terminal

pytestmark = pytest.mark.journey

Inventory = Callable[[dict[str, str]], dict[str, list[str]]]
MESSAGE_ID = re.compile(r"0102[0-9a-f]{12}-[0-9a-f-]+-000000")


def command(environment: dict[str, str], *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*SESWIZARD, *words], input=stdin, capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    assert "Traceback" not in done.stderr
    return done


def jump(terminal: Terminal, typed: str, command: str) -> None:
    """Go somewhere by the palette; the list shrinks while one types."""
    terminal.press(":")
    terminal.wait("Search for commands")
    terminal.press(typed)
    terminal.wait("Go to Access", absent=True)
    terminal.wait(command)
    terminal.press("down", "enter")
    terminal.wait("Search for commands|Go to", absent=True)


def test_the_journey(serve: Serve, inventory: Inventory) -> None:
    """First questions, domain, records, the doubled name named, the login meanwhile, the proof; then health and undo."""
    environment = serve("first-time")
    before = inventory(environment)

    with Terminal(SESWIZARD, (80, 24), environment) as terminal:
        terminal.wait("Type the domain that your mail will come from")
        terminal.press("example.com", "f2")
        terminal.wait("SES does not know example.com yet")
        terminal.wait("free; bounces will come back here")

        terminal.press("enter")
        terminal.wait("Plan: make example.com known to SES")
        terminal.wait("aws sesv2 create-email-identity")
        terminal.press("escape")
        terminal.wait("SES does not know example.com yet")
        assert inventory(environment) == before, "escape is the safe answer"
        terminal.press("enter")
        terminal.wait("Make it")
        terminal.press("enter")

        terminal.wait("DNS records .*next look|1 of 6")
        terminal.wait("1 of 6")
        terminal.press("enter")
        terminal.wait("Hostname sent to clipboard")
        assert b"\x1b]52;c;" in terminal.raw, "copied through the terminal (OSC 52)"

        terminal.press("n")
        terminal.wait("Your 3 servers")
        terminal.wait("dkim 2 was saved under a doubled name")
        terminal.wait("doubled")

        terminal.press("n")
        terminal.wait("A user that may send as your domain and nothing else")
        terminal.press("enter")
        terminal.wait("Plan: make the SMTP login")
        terminal.press("enter")
        terminal.wait("Proven: SES accepts this login")

        jump(terminal, "verification", "Go to Verification")
        terminal.wait("Your 3 servers")
        terminal.wait("example.com is verified", seconds=60)

        terminal.press("n", "n")
        terminal.wait("One message through your own login")
        terminal.press("enter")
        terminal.wait("Plan: send the proof")
        terminal.press("enter")
        terminal.wait("Proven: sent through your own login, and its bounce came back", seconds=60)
        found = MESSAGE_ID.search(terminal.wait_for_match(MESSAGE_ID))
        assert found
        message_id = found.group()
        assert "Bounce" in terminal.screen
        terminal.press("q")
        assert terminal.ended() == 0

    health = command(environment, "health", "example.com", "--format", "json")
    assert health.returncode == 0, health.stdout
    assert "proof.ok" in {finding["id"] for finding in json.loads(health.stdout)["findings"]}
    records = command(environment, "records", "example.com", "--format", "json")
    assert records.returncode == 0
    checked = command(environment, "check", "--expected", "-", stdin=records.stdout)
    assert checked.returncode == 0, checked.stdout
    assert message_id.startswith("0102")

    with Terminal(SESWIZARD, (80, 24), environment) as again:
        again.wait("Production access")
        again.press("o")
        again.wait("Overview")
        again.press("q")
        assert again.ended() == 0

    undone = command(environment, "undo", "example.com", "--yes")
    assert undone.returncode == 0, undone.stderr
    assert inventory(environment) == before


def test_quitting_and_starting_again_resumes(serve: Serve) -> None:
    """After the identity is made and the program killed, the next start goes on at the records."""
    environment = serve("blank")
    with Terminal(SESWIZARD, (80, 24), environment) as terminal:
        terminal.wait("Type the domain")
        terminal.press("example.com", "f2")
        terminal.wait("free; bounces will come back here")
        terminal.press("enter")
        terminal.wait("Make it")
        terminal.press("enter")
        terminal.wait("Add 6 records at your DNS host")
    with Terminal(SESWIZARD, (80, 24), environment) as again:
        again.wait("Add 6 records at your DNS host")
        again.press("q")
        assert again.ended() == 0
        assert "health example.com --watch --until ok" in again.screen + again.raw.decode(errors="replace")


HOSTILE = '"[/x] [ERROR] \\027]52;c;ZXZpbA==\\007 \\027[31mred"'
"""A TXT value with Textual markup, and an escape sequence that would write to the clipboard (master-file escapes)."""


def test_hostile_dns_text_never_reaches_the_terminal(serve: Serve) -> None:
    """A record's value with markup and escape sequences is shown scrubbed, in the screen and by the commands."""
    environment = serve("production")
    servers = command(environment, "records", "example.com", "--format", "json")
    assert servers.returncode == 0
    _publish(environment, "_dmarc.example.com", '"v=DMARC1; p=none; rua=[/x]\\027]52;c;ZXZpbA==\\007"')
    _publish(environment, "bounce.example.com", HOSTILE, '"v=spf1 include:amazonses.com ~all"')
    health = ("health", "example.com", "--format")
    for words in (("records", "example.com"), (*health, "text"), (*health, "json")):
        done = command(environment, *words)
        assert "\x1b" not in done.stdout + done.stderr
        assert "\x07" not in done.stdout + done.stderr
    assert "␛]52" in command(environment, "records", "example.com").stdout
    with Terminal(SESWIZARD, (120, 36), environment) as terminal:
        terminal.wait("Mail from example.com works")
        jump(terminal, "dns records", "Go to DNS records")
        terminal.wait("MAIL FROM SPF")
        terminal.press("up")
        terminal.wait(r"rua=\[/x\]")
        assert b"\x1b]52;c;ZXZpbA" not in terminal.raw
        terminal.press("q")
        assert terminal.ended() == 0


def _publish(environment: dict[str, str], name: str, *values: str) -> None:
    """Put TXT values on every server of the world, by RFC 2136."""
    import dns.query
    import dns.update

    first = environment["SESWIZARD_RESOLVERS"].split(",")[0].rpartition(":")[0]
    prefix = first.rpartition(".")[0]
    port = int(environment["SESWIZARD_DNS_PORT"])
    for address in (f"{prefix}.21", f"{prefix}.22", "::1"):
        update = dns.update.UpdateMessage("example.com")
        update.delete(f"{name}.", "TXT")
        for value in values:
            update.add(f"{name}.", 5, "TXT", value)
        dns.query.tcp(update, address, port=port, timeout=5)


def test_an_sdk_needs_no_login_and_proves_by_api(serve: Serve) -> None:
    """With "an SDK with a role" the login step is skipped, and the proof goes by API."""
    environment = serve("first-time")
    with Terminal(SESWIZARD, (100, 30), environment) as terminal:
        terminal.wait("Type the domain")
        terminal.press("example.com", "enter", "down", "enter")
        terminal.press("f2")
        terminal.wait("SES does not know example.com yet")
        terminal.wait("free; bounces will come back here")
        terminal.press("enter")
        terminal.wait("Make it")
        terminal.press("enter")
        terminal.wait("1 of 6")
        terminal.press("n")
        terminal.wait("example.com is verified", seconds=60)
        terminal.press("n")
        terminal.wait("One message through your own login")
        terminal.press("enter")
        terminal.wait("Send it")
        terminal.press("enter")
        terminal.wait("its bounce came back", seconds=60)
        terminal.press("q")
        assert terminal.ended() == 0


def test_sigterm_gives_the_terminal_back(serve: Serve) -> None:
    """Told to end from outside, the wizard leaves the alternate screen and ends with 143."""
    environment = serve("blank")
    with Terminal(SESWIZARD, (80, 24), environment) as terminal:
        terminal.wait("Type the domain")
        terminal.rest(0.5)
        terminal.terminate()
        assert terminal.ended() == 143
        assert b"\x1b[?1049l" in terminal.raw
