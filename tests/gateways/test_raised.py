"""Whatever a library raises beneath a port: a documented value or a sentence comes out, and no secret with it."""

import os
import smtplib
import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import keyring
import pytest

from seswizard.core.answers import Question, Server, Silence
from seswizard.core.failure import BadInputError, FailureError
from seswizard.core.login import Keep, Login, smtp_password
from seswizard.core.ports import PortSeen
from seswizard.core.remembered import DomainChoices, Entry
from seswizard.core.secret import Secret
from seswizard.demo.place import DOMAIN, REGION
from seswizard.demo.world import World
from seswizard.gateways.clipboard import ClipboardGateway
from seswizard.gateways.debug import CallLog
from seswizard.gateways.doh import DnsOverHttps, Operator
from seswizard.gateways.keep_command import CommandKeep
from seswizard.gateways.keep_file import FileKeep
from seswizard.gateways.vault import VaultGateway
from seswizard.ports import Services, Vault
from seswizard.wiring import Options, build
from tests.gateways.test_vault import Memory

SECRET = "Bx7secret" * 5  # of nobody
LOGIN = Login("AKIAEXAMPLE", Secret(SECRET))
RAISED = (
    ValueError(SECRET),
    UnicodeError(SECRET),
    RuntimeError(SECRET),
    KeyError(SECRET),
    TypeError(SECRET),
    OSError(),
    OSError(5, "Input/output error"),
)
SYSTEM = tuple(error for error in RAISED if isinstance(error, OSError | ValueError))
"""All that the system's own calls raise."""
NO_THREAD = (RuntimeError("can't start new thread"),)
QUESTION = Question("example.com", "TXT")
PROXIES: tuple[dict[str, str], ...] = ({}, {"https_proxy": "http://proxy.example:3128"})


@dataclass(frozen=True, slots=True)
class Here:
    """What the calls are made with."""

    services: Services
    directory: Path

    @property
    def path(self) -> str:
        """A file that there is."""
        return str(self.directory / "file")

    @property
    def command(self) -> CommandKeep:
        """A program that takes everything and holds nothing."""
        return CommandKeep("cat", "true", CallLog())

    def doh(self, *, proxy: bool = False) -> DnsOverHttps:
        """An operator that nobody gets through to."""
        operator = Operator("own", "localhost", ("127.0.0.1",), 9)
        return DnsOverHttps(PROXIES[proxy], (operator,))


Call = Callable[[Here], Awaitable[object]]


def vault(make: Callable[[Here], Vault]) -> dict[str, Call]:
    """Every method of a keep."""
    return {
        "probe": lambda here: make(here).probe(),
        "read": lambda here: make(here).read(DOMAIN, REGION),
        "store": lambda here: make(here).store(DOMAIN, REGION, LOGIN),
        "delete": lambda here: make(here).delete(DOMAIN, REGION),
    }


ENTRY = Entry(datetime(2026, 11, 22, tzinfo=UTC), DOMAIN, REGION, "1", "a", "done", "b", "c", ())
SMTP: dict[str, Call] = {
    "prove": lambda here: here.services.smtp.prove(LOGIN, 587, lambda _line: None),
    "send": lambda here: here.services.smtp.send(LOGIN, 465, "a@x.example", "b@x.example", b"x", lambda _line: None),
    "probe": lambda here: here.services.smtp.probe(587, 4),
}
DNS: dict[str, Call] = {"ask": lambda here: here.services.dns.ask(Server("nobody", "127.0.0.1", 9), QUESTION, timeout=0.2)}
DOH: dict[str, Call] = {"ask": lambda here: here.doh().ask(QUESTION, timeout=2.0)}
PROXY: dict[str, Call] = {"ask": lambda here: here.doh(proxy=True).ask(QUESTION, timeout=2.0)}
FILES: dict[str, Call] = {
    "write": lambda here: here.services.files.write(here.path, "x"),
    "read": lambda here: here.services.files.read(here.path),
    "read_bytes": lambda here: here.services.files.read_bytes(here.path, 9),
}
STATE: dict[str, Call] = {
    "choices": lambda here: here.services.state.choices(),
    "save_choices": lambda here: here.services.state.save_choices(DomainChoices(DOMAIN, REGION)),
    "write": lambda here: here.services.journal.write(ENTRY),
    "entries": lambda here: here.services.journal.entries(),
}
CLIPBOARD: dict[str, Call] = {"copy": lambda _here: ClipboardGateway({"PATH": os.environ["PATH"], "DISPLAY": ":0"}).copy("x")}
KEYRING = vault(lambda _here: VaultGateway(CallLog()))
COMMAND = vault(lambda here: here.command)
FILE = vault(lambda here: FileKeep(here.path, CallLog()))
PLACES: dict[str, dict[str, Call]] = {
    "ssl.create_default_context": SMTP,
    "socket.getaddrinfo": SMTP | DOH,
    "socket.create_connection": {name: call for name, call in SMTP.items() if name != "probe"} | DOH,
    "smtplib.SMTP.putcmd": SMTP,
    "smtplib.SMTP.__init__": SMTP,
    "seswizard.gateways.smtp_session.shake_hands": SMTP,
    "seswizard.gateways.smtp_session.ssl.SSLSocket.getpeercert": SMTP,
    "seswizard.gateways.dns_wire.Query.__init__": DNS,
    "seswizard.gateways.dns_sockets.socket.socket.connect": DNS,
    "seswizard.gateways.doh.ssl.SSLContext.set_alpn_protocols": DOH,
    "http.client.HTTPConnection.set_tunnel": PROXY,
    "http.client.HTTPConnection.connect": PROXY,
    "keyring.get_keyring": KEYRING,
    "seswizard.gateways.vault.importlib.import_module": KEYRING,
    "tests.gateways.test_vault.Memory.get_password": KEYRING,
    "shutil.which": {"probe": COMMAND["probe"]} | CLIPBOARD,
    "subprocess.Popen": COMMAND,
    "subprocess.Popen.wait": {name: call for name, call in COMMAND.items() if name != "probe"},
    "subprocess.run": CLIPBOARD,
    "seswizard.gateways.threads.threading.Thread.start": COMMAND | KEYRING | FILES | FILE | STATE | CLIPBOARD | SMTP | DOH,
    "seswizard.gateways.files.os.fsync": {"write": FILES["write"], "save_choices": STATE["save_choices"]},
    "seswizard.gateways.files.Path.replace": {"write": FILES["write"], "save_choices": STATE["save_choices"]},
    "seswizard.gateways.files.Path.open": {"read": FILES["read"], "read_bytes": FILES["read_bytes"]},
    "seswizard.gateways.files.os.fstat": STATE | {"read": FILE["read"]},
    "seswizard.gateways.keep_file.fcntl.flock": {name: FILE[name] for name in ("probe", "store")},
}
"""What raises, and the methods that come upon it; the ports to AWS have `tests/bent`."""


def wrongly_said(error: FailureError | BadInputError) -> str:
    """What is wrong with a sentence; nothing if it holds no secret, no empty word, and no frame that could."""
    said = repr((error, getattr(error, "failure", "")))
    told = error.__context__ is not None and not error.__suppress_context__
    return said if told or SECRET in said or "None" in said else ""


def raised(place: str) -> tuple[Exception, ...]:
    """What comes from there."""
    if place.endswith("Thread.start"):
        return NO_THREAD
    return SYSTEM if place.startswith(("seswizard.gateways.files", "seswizard.gateways.keep_file")) else RAISED


@pytest.fixture
def here(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    (tmp_path / "file").write_text('{"a": 1}\n')
    (tmp_path / "file").chmod(0o600)
    kept = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: kept)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests")
    return Here(build(Options()), tmp_path)


def wrong(value: object) -> str:
    """What is wrong with a value that a port gave although its library raised; nothing if it says that it failed."""
    match value:
        case Silence() | False | Keep(usable=False) | PortSeen(open=False):
            return SECRET if SECRET in repr(value) or "None" in getattr(value, "why_not", "") else ""
        case _:
            return f"as if all were well: {value!r}"


@pytest.mark.parametrize("place", PLACES)
async def test_a_port_lets_nothing_through(here: Here, place: str) -> None:
    let_through = {}
    for name, call in PLACES[place].items():
        await here.services.state.save_choices(DomainChoices(DOMAIN, REGION))
        await here.services.journal.write(ENTRY)
        for error in raised(place):

            def library(*_: object, error: Exception = error, **__: object) -> None:
                raise error

            with pytest.MonkeyPatch.context() as broken:
                broken.setattr(place, library)
                try:
                    mistake = wrong(await call(here))
                except (FailureError, BadInputError) as caught:
                    mistake = wrongly_said(caught)
                except Exception as caught:  # noqa: BLE001  # this is what is looked for
                    mistake = repr(caught)
            if mistake:
                let_through[name, repr(error)] = mistake
    assert not let_through, "\n".join(f"{which}: {what}" for which, what in let_through.items())


@pytest.mark.parametrize("place", ["smtplib.SMTP.close", "smtplib.SMTP.putcmd"])
async def test_a_verdict_outlives_the_good_bye(world: World, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """What breaks once SES has answered is not its answer: a message that was taken is not sent again."""
    login = Login(world.access_key, smtp_password(Secret(world.secret), world.region))
    broken = []

    def library(client: smtplib.SMTP, line: str = "QUIT", *_: object) -> None:
        if line != "QUIT":
            client.send(f"{line}\r\n")
            return
        broken.append(line)
        raise RuntimeError(SECRET)

    monkeypatch.setattr(place, library)
    proven = await build(Options()).smtp.prove(login, 587, lambda _line: None)
    assert (proven.verb, proven.code) == ("AUTH", 235)
    assert broken


async def test_a_program_that_cannot_be_listened_to_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def nobody(*_: object) -> None:
        started.extend(running)
        raise RuntimeError("can't start new thread")

    from seswizard.gateways.keep_command import _running as running

    monkeypatch.setattr("seswizard.gateways.keep_command._started", nobody)
    with pytest.raises(FailureError):
        await CommandKeep("cat", "sleep 600", CallLog()).read(DOMAIN, REGION)
    (program,) = started
    assert program.poll() is not None
