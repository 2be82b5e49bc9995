"""What every test stands on: a home of its own, no way out to a real account, and worlds on demand."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import keyring.core
import pytest

if TYPE_CHECKING:
    from seswizard.demo.world import World

MakeWorld = Callable[..., "World"]
_FOREIGN = ("AWS_", "SESWIZARD_", "KEYRING_PROPERTY_", "XDG_")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test sees the real home, account, keyring, state or proxy."""
    for name in tuple(os.environ):
        if name.startswith(_FOREIGN) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    own = tmp_path / "home"
    own.mkdir()
    monkeypatch.setenv("HOME", str(own))
    for name, place in (("CONFIG", ".config"), ("DATA", ".local/share"), ("STATE", ".local/state"), ("CACHE", ".cache")):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(own / place))
    monkeypatch.setenv("SESWIZARD_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    return own


@pytest.fixture
def make_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[MakeWorld]:
    """Start an embedded world and step into it: `make_world("blank")`; one at a time, the next one ends the last."""
    from seswizard.demo.world import World

    running: list[World] = []

    def stop() -> None:
        for world in running:
            world.stop()
            assert world.failures == [], world.failures[0]
        running.clear()

    def make(scenario: str = "first-time", state_dir: Path | None = None) -> World:
        stop()
        world = World(scenario, state_dir or tmp_path / "state").start()
        running.append(world)
        for name in world.unset:
            monkeypatch.delenv(name, raising=False)
        for name, value in world.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(keyring.core, "_keyring_backend", None)
        return world

    yield make
    stop()


@pytest.fixture
def world(make_world: MakeWorld) -> "World":
    """A blank world: a fresh sandboxed account, and nobody who publishes anything."""
    return make_world("blank")


@pytest.fixture
def no_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    """SES's one request a second is kept by tests of its own; where many calls are made, nobody waits for it."""
    from seswizard.gateways.lane import Lane

    monkeypatch.setattr("seswizard.wiring.Lane", lambda directory, clock, _gap: Lane(directory, clock, gap=0.0))
