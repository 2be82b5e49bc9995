"""SMTP servers that lie, flood, hang or show another's certificate: a sentence within the limit, and the login unsaid.

Every trick is tried on all three: looking at a port, logging in, and sending.
"""

import asyncio
import errno
import os
import smtplib
import socket
import ssl
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seswizard.core.conversation import Line
from seswizard.core.failure import FailureError
from seswizard.core.login import PORTS, Login, smtp_password
from seswizard.core.ports import FAMILIES, PortSeen
from seswizard.core.secret import Secret
from seswizard.gateways.debug import CallLog
from seswizard.gateways.environment import Overrides
from seswizard.gateways.smtp import SmtpGateway
from seswizard.wiring import Options, build
from tests.certificates import certify
from tests.gateways.smtp_peers import HOST, LOGIN, Peer, Script, begin_tls, greet, let_in, scripted

if TYPE_CHECKING:
    from seswizard.demo.world import World

MESSAGE = b"From: a@example.com\r\n\r\nHello.\r\n"
LIMIT, SHORT = 5.0, 0.25
"""Seconds: for what has to come about, and where only the end of patience does."""
PATIENCE = 15.0
"""Seconds within which any call must have come back, on a busy machine too."""
DID = ("probe", "prove", "send")


async def done(gateway: SmtpGateway, what: str, port: int = 587) -> tuple[str, str]:
    """Do one of the three; how it ended (`open`, `blocked`, a code or a failure's kind) and everything that was told."""
    heard: list[Line] = []
    async with asyncio.timeout(PATIENCE):
        if what == "probe":
            seen = await gateway.probe(port, 4)
            return ("open" if seen.open else "blocked"), repr(seen)
        try:
            if what == "prove":
                talked = await gateway.prove(LOGIN, port, heard.append)
            else:
                talked = await gateway.send(LOGIN, port, "a@example.com", "b@example.com", MESSAGE, heard.append)
        except FailureError as error:
            return error.failure.kind, repr((error.failure, heard))
    return str(talked.code), repr(talked)


def decent(told: str) -> None:
    """Nothing secret, nothing that moves the terminal, nothing endless."""
    assert LOGIN.password.reveal() not in told
    assert "\x1b" not in told
    assert "\x07" not in told
    assert len(told) < 20_000


def unsaid(received: list[bytes]) -> None:
    """The login never went out."""
    assert not [line for line in received if line.upper().startswith(b"AUTH")]


def flood(text: bytes) -> Script:
    """Say something over and over until the other side goes."""

    def script(peer: Peer) -> None:
        while True:
            peer.say(text)

    return script


def once(text: bytes) -> Script:
    """Say something instead of a banner, then nothing."""

    def script(peer: Peer) -> None:
        peer.say(text)
        peer.hang()

    return script


def in_the_ehlo(text: bytes) -> Script:
    """A decent banner, then something in place of the extensions."""

    def script(peer: Peer) -> None:
        peer.say(b"220 hello\r\n")
        peer.hear()
        peer.say(text)
        peer.hang()

    return script


def dripping(peer: Peer) -> None:
    """One byte at a time, and never a line's end."""
    peer.say(b"220-")
    while True:
        time.sleep(0.05)
        peer.say(b"x")


TRICKS: dict[str, tuple[Script, frozenset[str]]] = {
    "a banner of one megabyte": (once(b"220 " + b"x" * 1_000_000 + b"\r\n"), frozenset({"ports.blocked"})),
    "an endless banner": (flood(b"220-still\r\n"), frozenset({"ports.blocked"})),
    "an endless line": (flood(b"x" * 4096), frozenset({"ports.blocked"})),
    "a dripping line": (dripping, frozenset({"ports.blocked"})),
    "endless extensions": (in_the_ehlo(b"250-x\r\n" * 100_000), frozenset({"ports.blocked"})),
    "a bare CR": (once(b"220 hello\rSTARTTLS\r"), frozenset({"ports.blocked"})),
    "zeros": (once(b"\0" * 2000), frozenset({"ports.blocked"})),
    "another protocol": (once(b"HTTP/1.1 400 Bad Request\r\n\r\n"), frozenset({"ports.blocked"})),
    "no STARTTLS": (in_the_ehlo(b"250-hello\r\n250 AUTH PLAIN LOGIN\r\n"), frozenset({"ports.blocked"})),
    "a busy server": (once(b"421 busy\r\n"), frozenset({"ports.blocked"})),
    "escape sequences": (once(b"554-\x1b]52;c;ZXZpbA==\x07\r\n554 \xe2\x80\xae\x9b31m\r\n"), frozenset({"ports.blocked"})),
    "a code that is none": (once("２２０ hello\r\n".encode()), frozenset({"ports.blocked"})),
    "nothing": (lambda peer: peer.hang(), frozenset({"ports.blocked"})),
    "good-bye at once": (lambda _peer: None, frozenset({"ports.blocked"})),
}
"""What is done before TLS, and how logging in or sending ends; looking at the port says that it is blocked."""


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("what", DID)
async def test_no_trick_before_tls_gets_the_login(tmp_path: Path, what: str, trick: str) -> None:
    script, endings = TRICKS[trick]
    limit = SHORT if endings == {"ports.blocked"} else LIMIT
    with scripted(tmp_path, script, limit=limit) as (gateway, received):
        ended, told = await done(gateway, what)
    assert ended in ({"blocked"} if what == "probe" else endings)
    decent(told)
    unsaid(received)


@pytest.mark.parametrize("reply", [b"535 Authentication Credentials Invalid", b"554 Message rejected: Sending paused.", b"\0"])
@pytest.mark.parametrize("what", ["prove", "send"])
async def test_a_refusal_in_the_clear_is_not_taken_for_a_word_about_the_login(tmp_path: Path, what: str, reply: bytes) -> None:
    """Before TLS anybody in between can say so, and nothing of ours was said that it could be about."""
    for place in (once, in_the_ehlo):
        with scripted(tmp_path, place(reply + b"\r\n"), limit=LIMIT) as (gateway, received):
            ended, told = await done(gateway, what)
        assert ended == "ports.blocked"
        assert "turns us away before TLS" in told
        assert "TLS: -1" not in told
        assert "The login was not sent." in told
        unsaid(received)


def secure_or_go(peer: Peer) -> None:
    """TLS the way the port wants it; a client that rejects the certificate is its own business."""
    with suppress(ssl.SSLError):
        begin_tls(peer)


def secure_at_once(peer: Peer) -> None:
    """TLS from the start."""
    with suppress(ssl.SSLError):
        peer.secure()
        peer.say(b"220 hello\r\n")
        peer.hang()


@pytest.mark.parametrize(("port", "script"), [(587, secure_or_go), (465, secure_at_once)])
@pytest.mark.parametrize("fault", ["expired", "wrong name", "nobody vouches"])
@pytest.mark.parametrize("what", DID)
async def test_no_false_certificate_gets_the_login(tmp_path: Path, what: str, fault: str, port: int, script: Script) -> None:
    shown = certify(tmp_path / "theirs", "mail.example.com" if fault == "wrong name" else HOST, expired=fault == "expired")
    trusted = certify(tmp_path / "authority", HOST) if fault == "nobody vouches" else None
    with scripted(tmp_path, script, port=port, limit=LIMIT, shown=shown, trusted=trusted) as (gateway, received):
        ended, told = await done(gateway, what, port)
    assert ended == ("blocked" if what == "probe" else "ports.certificate")
    decent(told)
    unsaid(received)
    word = {"expired": "expired", "wrong name": "mismatch", "nobody vouches": "local issuer"}[fault]
    assert word in told
    assert "TLS 1" not in told, "a version is told only where the certificate was verified"


@pytest.mark.parametrize("what", DID)
async def test_auth_offered_before_tls_is_never_used(tmp_path: Path, what: str) -> None:
    """Neither instead of STARTTLS nor before it."""

    def script(peer: Peer) -> None:
        greet(peer, b"AUTH PLAIN LOGIN", b"AUTH=PLAIN")
        assert peer.hear() == b"STARTTLS\r\n"
        peer.say(b"454 not today\r\n")
        peer.hang()

    with scripted(tmp_path, script, limit=LIMIT) as (gateway, received):
        ended, told = await done(gateway, what)
    assert ended == ("blocked" if what == "probe" else "ports.blocked")
    decent(told)
    unsaid(received)


@pytest.mark.parametrize("what", DID)
async def test_what_is_pushed_in_behind_starttls_is_not_taken_for_an_answer(tmp_path: Path, what: str) -> None:
    """CVE-2011-0411's other side: a reply in the clear must not be read as if it had come by TLS."""

    def script(peer: Peer) -> None:
        greet(peer)
        peer.hear()
        peer.say(b"220 go\r\n250-injected\r\n250 STARTTLS\r\n235 injected\r\n250 Ok injected\r\n")
        with suppress(ssl.SSLError):
            peer.secure()
            peer.hear()
            peer.say(b"554 this is the real one\r\n")
            peer.hang()

    with scripted(tmp_path, script, limit=LIMIT) as (gateway, received):
        ended, told = await done(gateway, what)
    # Where the pushed bytes come late they break the handshake, which is as good.
    assert ended in ({"blocked"} if what == "probe" else {"554", "ports.certificate"})
    assert "injected" not in told
    unsaid(received)


def hang_at(verb: str) -> Script:
    """Go along until this verb comes, then be silent."""

    def script(peer: Peer) -> None:
        if verb == "CONNECT":
            peer.hang()
        if verb == "EHLO":
            peer.say(b"220 hello\r\n")
            peer.hang()
        if verb in ("STARTTLS", "TLS"):
            greet(peer)
            peer.hear()
            if verb == "TLS":
                peer.say(b"220 go\r\n")
            peer.hang()
        if verb == "EHLO behind TLS":
            greet(peer)
            peer.hear()
            peer.say(b"220 go\r\n")
            peer.secure()
            peer.hang()
        if verb == "AUTH":
            begin_tls(peer)
            peer.hang()
        let_in(peer)
        for spoken, reply in (("MAIL", b"250 Ok\r\n"), ("RCPT", b"250 Ok\r\n"), ("DATA", b"354 go on\r\n")):
            if verb == spoken:
                break
            peer.hear()
            peer.say(reply)
        peer.hang()

    return script


@pytest.mark.parametrize(
    ("what", "verb"),
    [("probe", verb) for verb in ("CONNECT", "EHLO", "STARTTLS", "TLS", "EHLO behind TLS")]
    + [("prove", verb) for verb in ("CONNECT", "EHLO", "STARTTLS", "TLS", "EHLO behind TLS", "AUTH")]
    + [("send", verb) for verb in ("AUTH", "MAIL", "RCPT", "DATA", "the message")],
)
async def test_a_hang_at_any_verb_ends_in_time(tmp_path: Path, what: str, verb: str) -> None:
    with scripted(tmp_path, hang_at(verb), limit=SHORT) as (gateway, _):
        ended, told = await done(gateway, what)
    lost = "send.unsure" if verb == "the message" else "ports.blocked"
    assert ended == ("blocked" if what == "probe" else lost)
    assert "in time" in told
    decent(told)


@pytest.mark.parametrize("how", ["hang", "close", "nonsense"])
async def test_a_message_whose_answer_is_lost_may_have_been_sent(tmp_path: Path, how: str) -> None:
    """Once its last dot is out nobody but the server knows whether it was taken."""

    def script(peer: Peer) -> None:
        let_in(peer)
        for reply in (b"250 Ok\r\n", b"250 Ok\r\n", b"354 go on\r\n"):
            peer.hear()
            peer.say(reply)
        while peer.hear() != b".\r\n":
            pass
        if how == "nonsense":
            peer.say(b"250-" + b"x" * 20_000)
        if how != "close":
            peer.hang()

    with scripted(tmp_path, script, limit=LIMIT if how != "hang" else 1.0) as (gateway, _):
        ended, told = await done(gateway, "send")
    assert ended == "send.unsure"
    assert "may have been sent" in told
    decent(told)


@pytest.mark.parametrize("what", ["prove", "send"])
async def test_a_verdict_that_is_in_is_not_lost_to_the_good_bye(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After `250` the message is SES's, whatever becomes of the connection and of our time."""
    real, over = smtplib.SMTP.putcmd, threading.Event()

    def putcmd(client: smtplib.SMTP, command: str, args: str = "") -> None:
        if command == "QUIT":
            over.wait(PATIENCE)
        real(client, command, args)

    monkeypatch.setattr(smtplib.SMTP, "putcmd", putcmd)

    def script(peer: Peer) -> None:
        let_in(peer)
        if what == "send":
            for reply in (b"250 Ok\r\n", b"250 Ok\r\n", b"354 go on\r\n"):
                peer.hear()
                peer.say(reply)
            while peer.hear() != b".\r\n":
                pass
            peer.say(b"250 Ok 0102-id\r\n")
        peer.hang()

    with scripted(tmp_path, script, limit=1.0) as (gateway, _):
        ended, told = await done(gateway, what)
        over.set()
    assert ended == ("250" if what == "send" else "235")
    assert ("0102-id" in told) == (what == "send")


async def test_an_endless_reply_behind_tls_is_no_better(tmp_path: Path) -> None:
    """A server with the right certificate may still be broken."""

    def script(peer: Peer) -> None:
        let_in(peer)
        flood(b"250-x\r\n")(peer)

    with scripted(tmp_path, script, limit=LIMIT) as (gateway, _):
        ended, told = await done(gateway, "send")
    assert ended == "ports.blocked"
    decent(told)


async def look(gateway: SmtpGateway, port: int = 587) -> PortSeen:
    async with asyncio.timeout(PATIENCE):
        return await gateway.probe(port, 4)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (once(b"554 go away\r\n"), "it answered 554 go away"),
        (in_the_ehlo(b"250 hello\r\n"), "it offers no STARTTLS"),
        (once(b"HTTP/1.1 400 Bad Request\r\n"), "it speaks no SMTP"),
        (lambda _peer: None, "the connection was closed, while it greeted"),
        (hang_at("CONNECT"), "no answer in time, while it greeted"),
        (hang_at("TLS"), "no answer in time, while TLS began"),
        (hang_at("EHLO behind TLS"), "no answer in time, behind TLS"),
    ],
)
async def test_why_a_port_is_not_open_is_a_short_sentence(tmp_path: Path, script: Script, why: str) -> None:
    with scripted(tmp_path, script, limit=1.0 if "in time" in why else LIMIT) as (gateway, _):
        seen = await look(gateway)
    assert seen.why_not == why
    assert not seen.open
    assert not seen.absent
    assert seen.connected is not None


async def test_a_banner_is_scrubbed_and_short(tmp_path: Path) -> None:
    def script(peer: Peer) -> None:
        peer.say(b"220-\x1b]0;x\x07\xff\xe2\x80\xae\r\n220 " + b"y" * 5000 + b"\r\n")
        peer.hang()

    with scripted(tmp_path, script, limit=LIMIT) as (gateway, _):
        seen = await look(gateway)
    assert len(seen.banner) == 200
    assert all(char.isprintable() for char in seen.banner)


async def test_what_was_seen_of_an_open_port(tmp_path: Path) -> None:
    with scripted(tmp_path, begin_tls) as (gateway, received):
        seen = await look(gateway)
    assert seen.open
    assert (seen.host, seen.certificate, seen.address, seen.banner) == (HOST, HOST, "127.0.0.1", "hello")
    assert seen.tls.startswith("TLS 1.")
    assert seen.starttls
    assert 0 <= (seen.connected or 0.0) <= seen.seconds
    assert [line.split()[0] for line in received] == [b"EHLO", b"STARTTLS", b"EHLO"]


async def test_a_closed_port_was_refused_and_no_ipv6_is_no_verdict() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    gateway = SmtpGateway("eu-west-1", Overrides(smtp_host="127.0.0.1", smtp_port_offset=port - 587), CallLog())
    seen = await look(gateway)
    assert (seen.why_not, seen.blocked, seen.absent) == ("the connection was refused", True, False)
    none = await gateway.probe(587, 6)
    assert (none.why_not, none.blocked, none.open, none.absent) == ("no IPv6 address", False, False, True)


async def test_ipv6_goes_to_the_dual_stack_name_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """SES's usual name has no IPv6 address; where a test address is in force, nothing else is ever looked up."""
    asked: list[tuple[str, int]] = []

    def nothing(host: str, port: int, family: int, _kind: int) -> list[object]:
        asked.append((host, family))
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    seen = await SmtpGateway("eu-west-1", Overrides(), CallLog()).probe(587, 6)
    assert seen.absent
    assert asked == [(HOST, socket.AF_INET6), ("email-smtp.eu-west-1.api.aws", socket.AF_INET6)]
    asked.clear()
    await SmtpGateway("eu-west-1", Overrides(), CallLog()).probe(587, 4)
    await SmtpGateway("eu-west-1", Overrides(smtp_host="127.0.0.1"), CallLog()).probe(587, 6)
    assert asked == [(HOST, socket.AF_INET), ("127.0.0.1", socket.AF_INET6)]


async def test_a_name_that_cannot_be_looked_up_in_time_was_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def slow(*_: object) -> list[object]:
        released.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    try:
        seen = await SmtpGateway("eu-west-1", Overrides(), CallLog(), probe_limit=0.3).probe(587, 4)
    finally:
        released.set()
    assert (seen.absent, seen.why_not) == (True, "no answer in time, while its address was looked up")


@pytest.mark.parametrize("error", [errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT])
async def test_no_way_to_a_family_is_no_verdict(monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    def unreachable(_self: socket.socket, _address: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(socket.socket, "connect", unreachable)
    seen = await SmtpGateway("eu-west-1", Overrides(smtp_host="::1"), CallLog()).probe(587, 6)
    assert (seen.absent, seen.why_not) == (True, "no IPv6 here")


async def test_every_port_of_the_world_is_open_and_one_that_is_shut_is_not(world: "World") -> None:
    world.time_line.run(world.smtp.shut(25, 465))
    services = build(Options())
    found = await asyncio.gather(*(services.smtp.probe(port, family) for port, _ in PORTS for family in FAMILIES))
    assert {one.port for one in found if one.open} == {587, 2587, 2465}
    assert {one.port for one in found if one.blocked} == {25, 465}
    assert {one.family for one in found if one.absent} == {6}
    assert {one.starttls for one in found if one.open and one.port != 2465} == {True}
    assert world.smtp.attempts == [], "looking never logs in"


async def test_another_region_is_reached_in_the_same_way(world: "World") -> None:
    login = Login(world.access_key, smtp_password(Secret(world.secret), "us-east-1"))
    here = build(Options()).smtp
    there = here.elsewhere("us-east-1")
    assert there.host == "email-smtp.us-east-1.amazonaws.com"
    assert (await here.prove(login, 465, lambda _line: None)).code == 535
    assert (await there.prove(login, 465, lambda _line: None)).code == 235
