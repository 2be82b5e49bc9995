"""SMTP spoken for real: the embedded world's endpoint, and servers that hinder or lie."""

import asyncio
import base64
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seswizard.core.conversation import Conversation, Line
from seswizard.core.failure import Failure, FailureError
from seswizard.core.login import PORTS, Login, smtp_password
from seswizard.core.secret import Secret
from seswizard.gateways.debug import CallLog
from seswizard.gateways.environment import Overrides
from seswizard.gateways.smtp import SmtpGateway
from seswizard.ports import Services
from seswizard.wiring import Options, build
from tests.gateways.smtp_peers import LOGIN, Peer, begin_tls, greet, scripted

if TYPE_CHECKING:
    from seswizard.demo.world import World

MESSAGE = b"From: post@example.com\nSubject: proof\n\n.one\r\n..two\n"


def nobody_hears(_line: Line) -> None:
    """For tests that look at the conversation afterwards."""


@pytest.fixture
def login(world: "World") -> Login:
    """The world's administrator may send as anybody."""
    return Login(world.access_key, smtp_password(Secret(world.secret), world.region))


@pytest.mark.parametrize("port", [port for port, _ in PORTS])
async def test_a_login_is_proved_on_every_port(services: Services, login: Login, port: int) -> None:
    heard: list[Line] = []
    proven = await services.smtp.prove(login, port, heard.append)
    assert (proven.verb, proven.code) == ("AUTH", 235)
    assert tuple(heard) == proven.lines
    told = [f"{line.way} {line.text}" for line in heard]
    assert told[0].startswith("· email-smtp.eu-west-1.amazonaws.com is 127.")
    assert told[1].startswith("· connected to 127.")
    assert any(text.startswith("· TLS 1.3, TLS_") for text in told)
    assert any(text.startswith("· certificate of email-smtp.eu-west-1.amazonaws.com good until ") for text in told)
    assert told.count("→ EHLO localhost") == (2 if dict(PORTS)[port] == "starttls" else 1)
    assert told[-2] == "→ AUTH PLAIN password hidden"
    assert told[-1].startswith("← 235 ")
    assert ("→ STARTTLS" in told) == (dict(PORTS)[port] == "starttls")
    assert [line.seconds for line in heard] == sorted(line.seconds for line in heard)


async def test_a_wrong_password_is_refused_once(services: Services, world: "World", login: Login) -> None:
    refused = await services.smtp.prove(Login(login.username, Secret("wrong")), 587, nobody_hears)
    assert (refused.verb, refused.code) == ("AUTH", 535)
    assert refused.reply == "Authentication Credentials Invalid"
    assert world.smtp.attempts == [login.username]


async def test_a_password_of_another_region_is_refused_there(world: "World", login: Login) -> None:
    elsewhere = SmtpGateway("us-east-1", overrides_of(world), CallLog())
    assert elsewhere.host == "email-smtp.us-east-1.amazonaws.com"
    assert (await elsewhere.prove(login, 465, nobody_hears)).code == 535


async def test_a_refused_message_is_a_conversation(services: Services, login: Login) -> None:
    to = "bounce@simulator.amazonses.com"
    refused = await services.smtp.send(login, 587, "post@example.com", to, MESSAGE, nobody_hears)
    assert (refused.verb, refused.code, refused.message_id) == ("DATA", 554, None)
    assert "failed the check in region EU-WEST-1: post@example.com" in refused.reply


@pytest.fixture
def production(make_world: Callable[[str], "World"]) -> "World":
    """A world in which everything is done."""
    return make_world("production")


async def test_a_taken_message_has_its_id(production: "World") -> None:
    world = production
    login = Login(world.access_key, smtp_password(Secret(world.secret), world.region))
    to = "success@simulator.amazonses.com"
    sent = await build(Options()).smtp.send(login, 2465, f"post@{world.domain}", to, MESSAGE, nobody_hears)
    assert (sent.verb, sent.code) == ("DATA", 250)
    assert sent.message_id
    assert sent.reply == f"Ok {sent.message_id}"
    assert f"→ DATA {len(MESSAGE)} bytes" in [f"{line.way} {line.text}" for line in sent.lines]


async def test_a_certificate_that_nobody_vouches_for_ends_it_before_the_login(world: "World") -> None:
    gateway = SmtpGateway("eu-west-1", Overrides(smtp_host=world.smtp.host, smtp_port_offset=world.smtp.offset), CallLog())
    for port in (465, 587):
        failure = await failing(gateway, port)
        assert failure.kind == "ports.certificate"
        assert "not sent" in failure.remedy
    assert world.smtp.attempts == []


def overrides_of(world: "World") -> Overrides:
    return Overrides(smtp_host=world.smtp.host, smtp_port_offset=world.smtp.offset, ca_file=world.ca_file)


async def failing(gateway: SmtpGateway, port: int) -> Failure:
    heard: list[Line] = []
    with pytest.raises(FailureError) as caught:
        await gateway.prove(LOGIN, port, heard.append)
    assert LOGIN.password.reveal() not in repr((caught.value.failure, heard))
    return caught.value.failure


async def prove(tmp_path: Path, script: Callable[[Peer], None]) -> tuple[Conversation, list[bytes]]:
    with scripted(tmp_path, script) as (gateway, received):
        return await gateway.prove(LOGIN, 587, nobody_hears), received


async def test_a_server_without_tls_never_sees_the_login(tmp_path: Path) -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.hear()
        peer.say(b"454 TLS not available\r\n")
        peer.hear()

    with scripted(tmp_path, script) as (gateway, received):
        refused = await failing(gateway, 587)
    assert refused.title.endswith("turns us away before TLS: 454 TLS not available")
    assert [line.split()[0] for line in received] == [b"EHLO", b"STARTTLS", b"QUIT"]


async def test_replies_pushed_in_before_tls_are_not_taken_for_answers_behind_it(tmp_path: Path) -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.hear()
        peer.say(b"220 go\r\n250 injected\r\n235 injected\r\n")
        peer.secure()
        peer.hear()
        peer.say(b"250 hello\r\n")
        peer.hear()
        peer.say(b"535 no\r\n")
        peer.hear()

    try:
        refused, received = await prove(tmp_path, script)
    except FailureError as error:  # the pushed bytes came late and broke the handshake, which is as good
        assert error.failure.kind == "ports.certificate"
    else:
        assert (refused.code, refused.reply) == (535, "no")
        given = base64.b64decode(received[3].split()[2])
        assert given == f"\0{LOGIN.username}\0{LOGIN.password.reveal()}".encode()


async def test_a_verdict_is_not_lost_to_a_server_that_does_not_say_goodbye(tmp_path: Path) -> None:
    def script(peer: Peer) -> None:
        peer.say(b"421 busy\r\n")
        peer.hear()
        with suppress(OSError, EOFError):
            peer.hear()

    with scripted(tmp_path, script, limit=60) as (gateway, _):
        async with asyncio.timeout(20):
            assert (await failing(gateway, 587)).detail == "421 busy"


async def test_replies_are_scrubbed_and_short(tmp_path: Path) -> None:
    def script(peer: Peer) -> None:
        begin_tls(peer)
        peer.hear()
        peer.say(b"421-\x1b]0;x\x07\xff\xe2\x80\xae\r\n421 " + b"y" * 5000 + b"\r\n")
        peer.hear()

    refused, _ = await prove(tmp_path, script)
    assert (refused.verb, refused.code) == ("AUTH", 421)
    assert all(char.isprintable() for line in refused.lines for char in line.text)
    assert len(refused.reply) < 1100


@pytest.mark.parametrize("said", [b"\0" * 2000, b"HTTP/1.1 400 Bad Request\r\n\r\n", b"220 " + b"x" * 100_000, b""])
async def test_a_server_that_speaks_no_smtp_is_no_traceback(tmp_path: Path, said: bytes) -> None:
    with scripted(tmp_path, lambda peer: peer.say(said)) as (gateway, _):
        try:
            ended = await gateway.prove(LOGIN, 587, nobody_hears)
            assert ended.code != 235
        except FailureError as error:
            assert error.failure.kind == "ports.blocked"


def hush(peer: Peer) -> None:
    """Say nothing until the other side goes."""
    peer.hear()


async def test_a_silent_server_ends_at_the_deadline(tmp_path: Path) -> None:
    with scripted(tmp_path, hush, limit=0.3) as (gateway, _):
        assert (await failing(gateway, 587)).kind == "ports.blocked"


async def test_a_server_that_never_finishes_its_reply_ends_at_the_deadline(tmp_path: Path) -> None:
    stopped = threading.Event()

    def script(peer: Peer) -> None:
        try:
            while not stopped.wait(0.05):
                peer.say(b"220-still\r\n")
        except OSError:
            stopped.set()

    with scripted(tmp_path, script, limit=0.4) as (gateway, _):
        assert (await failing(gateway, 587)).kind == "ports.blocked"
        assert await asyncio.to_thread(stopped.wait, 5), "the connection was left open"


async def test_plain_text_on_the_tls_port_is_named_as_such(tmp_path: Path) -> None:
    with scripted(tmp_path, lambda peer: peer.say(b"220 hello\r\n")) as (gateway, _):
        gateway = SmtpGateway("eu-west-1", shifted(gateway), CallLog())
        assert (await failing(gateway, 465)).kind == "ports.certificate"


def shifted(gateway: SmtpGateway) -> Overrides:
    """The same server under SES's port 465."""
    before = gateway._overrides
    offset = before.smtp_port_offset + 587 - 465
    return Overrides(smtp_host=before.smtp_host, smtp_port_offset=offset, ca_file=before.ca_file)


async def test_a_closed_port_is_blocked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    gateway = SmtpGateway("eu-west-1", Overrides(smtp_host="127.0.0.1", smtp_port_offset=port - 587), CallLog())
    failure = await failing(gateway, 587)
    assert (failure.kind, failure.retry) == ("ports.blocked", True)


async def test_a_cancelled_conversation_is_cut_and_not_heard_any_more(tmp_path: Path) -> None:
    cut, greeted, heard = threading.Event(), asyncio.Event(), list[Line]()

    def hear(line: Line) -> None:
        heard.append(line)
        if len(heard) == 2:
            greeted.set()

    def script(peer: Peer) -> None:
        peer.say(b"220 hello\r\n")
        try:
            while True:
                peer.hear()
        except (OSError, EOFError):
            cut.set()

    with scripted(tmp_path, script, limit=20) as (gateway, _):
        talking = asyncio.create_task(gateway.prove(LOGIN, 587, hear))
        await greeted.wait()
        talking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talking
        until_then = len(heard)
        assert await asyncio.to_thread(cut.wait, 5)
        assert len(heard) == until_then
