"""One contract over all keeps: what is stored reads back, nothing else is touched, and no failure tells the secret."""

import os
import shlex
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seswizard.core.failure import FailureError
from seswizard.core.keep import KeepChoice
from seswizard.core.login import Login
from seswizard.core.secret import Secret
from seswizard.ports import Vault
from seswizard.wiring import Options, build

if TYPE_CHECKING:
    from seswizard.demo.world import World

FIRST = Login("AKIAFIRSTEXAMPLE0000", Secret("B" + "Fi7+/x=" * 6))
SECOND = Login("AKIASECONDEXAMPLE000", Secret("B" + "Se9/+y=" * 6))
SECRETS = (FIRST.password.reveal(), SECOND.password.reveal())
DOMAIN, REGION = "example.com", "eu-west-1"
HOSTILE = ("[/x]", "a b/c", "\x1b[2J", "../../x", "é‮", "a\nmachine b", "'; rm -rf /", "$(x)")

PROGRAM = """
import sys, pathlib
place = pathlib.Path(sys.argv[2])
if sys.argv[1] == "store":
    place.write_text(sys.stdin.read()); place.chmod(0o600)
elif place.exists():
    sys.stdout.write(place.read_text() + "a second line\\n")
else:
    sys.exit("no such entry")
"""


@dataclass(frozen=True)
class Kind:
    """A keep and how much it holds."""

    choice: Callable[[Path], KeepChoice]
    keeps: bool = True
    domains: bool = False
    """Several domains in one place."""
    regions: bool = True
    stages: bool = True


def command(place: Path) -> KeepChoice:
    program = place / "program.py"
    program.write_text(PROGRAM)
    words = [sys.executable, str(program)]
    entry = str(place / "entry")
    return KeepChoice.parse("command", shlex.join([*words, "store", entry]), shlex.join([*words, "read", entry]))


KINDS: dict[str, Kind] = {
    "keyring": Kind(lambda place: KeepChoice(), domains=True),
    "json": Kind(lambda place: KeepChoice.parse(f"file:{place}/login.json"), domains=True),
    "postfix": Kind(lambda place: KeepChoice.parse(f"file:{place}/sasl_passwd")),
    "netrc": Kind(lambda place: KeepChoice.parse(f"file:{place}/.netrc")),
    "secretsmanager": Kind(lambda place: KeepChoice.parse("secretsmanager:seswizard/login")),
    "ssm": Kind(lambda place: KeepChoice.parse("ssm:/seswizard/login")),
    "command": Kind(command, regions=False, stages=False),
    "show": Kind(lambda place: KeepChoice.parse("show"), keeps=False, regions=False, stages=False),
}
every = pytest.mark.parametrize("name", KINDS)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    made = tmp_path / "place"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def opened(world: "World", place: Path) -> Callable[[str], Vault]:
    """Opens a keep anew each time, as another process would."""
    return lambda name: build(Options()).keeps.open(KINDS[name].choice(place))


Opened = Callable[[str], Vault]


def left(place: Path) -> set[str]:
    return {one.name for one in place.iterdir()} - {"program.py"}


@every
async def test_a_probe_says_what_it_is_and_leaves_nothing(opened: Opened, name: str, place: Path) -> None:
    keep = await opened(name).probe()
    assert (keep.usable, keep.reason) == (True, "")
    assert keep.name
    assert left(place) == set()


@every
async def test_it_stores_reads_and_deletes(opened: Opened, name: str) -> None:
    kind = KINDS[name]
    assert await opened(name).read(DOMAIN, REGION) is None
    await opened(name).store(DOMAIN, REGION, FIRST)
    assert await opened(name).read(DOMAIN, REGION) == (FIRST if kind.keeps else None)
    await opened(name).store(DOMAIN, REGION, SECOND)
    assert await opened(name).read(DOMAIN, REGION) == (SECOND if kind.keeps else None)
    assert await opened(name).delete(DOMAIN, REGION) is kind.keeps
    assert await opened(name).read(DOMAIN, REGION) is None
    assert await opened(name).delete(DOMAIN, REGION) is False
    await opened(name).store(DOMAIN, REGION, FIRST)
    assert await opened(name).read(DOMAIN, REGION) == (FIRST if kind.keeps else None)


@every
async def test_a_successor_lies_beside_it(opened: Opened, name: str, place: Path) -> None:
    kind = KINDS[name]
    await opened(name).store(DOMAIN, REGION, FIRST)
    before = left(place)
    assert await opened(name).read(DOMAIN, REGION, staged=True) is None
    if kind.stages:
        await opened(name).store(DOMAIN, REGION, SECOND, staged=True)
        assert await opened(name).read(DOMAIN, REGION) == FIRST
        assert await opened(name).read(DOMAIN, REGION, staged=True) == SECOND
        assert await opened(name).delete(DOMAIN, REGION, staged=True)
    elif kind.keeps:
        with pytest.raises(FailureError):
            await opened(name).store(DOMAIN, REGION, SECOND, staged=True)
    assert await opened(name).delete(DOMAIN, REGION, staged=True) is False
    assert await opened(name).read(DOMAIN, REGION) == (FIRST if kind.keeps else None)
    assert left(place) == before


@every
async def test_two_regions(opened: Opened, name: str) -> None:
    kind = KINDS[name]
    await opened(name).store(DOMAIN, REGION, FIRST)
    if not kind.regions:
        return
    assert await opened(name).read(DOMAIN, "us-east-1") is None
    await opened(name).store(DOMAIN, "us-east-1", SECOND)
    assert await opened(name).read(DOMAIN, REGION) == FIRST
    assert await opened(name).delete(DOMAIN, REGION)
    assert await opened(name).read(DOMAIN, "us-east-1") == SECOND


@every
async def test_two_domains_never_share_one_place(opened: Opened, name: str) -> None:
    kind = KINDS[name]
    if not kind.keeps or name == "command":
        return
    await opened(name).store(DOMAIN, REGION, FIRST)
    if kind.domains:
        await opened(name).store("example.org", REGION, SECOND)
        assert await opened(name).read("example.org", REGION) == SECOND
        assert await opened(name).delete("example.org", REGION)
    else:
        for work in (opened(name).read("example.org", REGION), opened(name).store("example.org", REGION, SECOND)):
            with pytest.raises(FailureError) as caught:
                await work
            assert caught.value.failure.kind == "login.vault-missing"
        with pytest.raises(FailureError):
            await opened(name).delete("example.org", REGION)
    assert await opened(name).read(DOMAIN, REGION) == FIRST


@every
@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_names_reach_nothing(opened: Opened, name: str, text: str, place: Path) -> None:
    vault, around = opened(name), left(place.parent)
    try:
        await vault.store(text, REGION, FIRST)
        assert await vault.read(text, REGION) == (FIRST if KINDS[name].keeps else None)
        assert await vault.delete(text, REGION) is KINDS[name].keeps
    except FailureError as error:
        tell_nothing(error)
        assert "\x1b" not in repr(error.failure)
    assert left(place.parent) == around
    assert left(place) <= {"entry"}


@every
async def test_nobody_else_can_read_what_it_writes(opened: Opened, name: str, place: Path) -> None:
    former = os.umask(0)
    try:
        await opened(name).store(DOMAIN, REGION, FIRST)
        if KINDS[name].stages:
            await opened(name).store(DOMAIN, REGION, SECOND, staged=True)
    finally:
        os.umask(former)
    assert {stat.S_IMODE((place / one).stat().st_mode) for one in left(place)} <= {0o600}


@every
async def test_nothing_shows_the_secret(opened: Opened, name: str) -> None:
    vault = opened(name)
    await vault.store(DOMAIN, REGION, FIRST)
    shown = repr(vault) + repr(vars(vault)) + repr(await vault.read(DOMAIN, REGION)) + repr(await vault.probe())
    assert FIRST.password.reveal() not in shown


def tell_nothing(error: FailureError) -> None:
    told = repr(error.failure) + str(error) + repr(error.__cause__)
    assert not any(secret in told for secret in SECRETS)
