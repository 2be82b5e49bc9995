"""The lock that every change of a login is made under: among processes, and gone with the one that held it."""

import asyncio
import sys
from pathlib import Path

import pytest

from seswizard.core.failure import FailureError
from seswizard.gateways.journal import JournalGateway
from seswizard.gateways.state_directory import StateDirectory


async def test_one_login_is_changed_at_a_time_and_a_killed_process_frees_the_way(tmp_path: Path) -> None:
    """The lock is the system's: it goes with the process that held it."""
    directory = tmp_path / "alone"
    program = (
        "import asyncio, pathlib, sys\n"
        "from seswizard.gateways.journal import JournalGateway\n"
        "from seswizard.gateways.state_directory import StateDirectory\n"
        "async def hold():\n"
        "    async with JournalGateway(StateDirectory(pathlib.Path(sys.argv[1]))).alone():\n"
        "        print('held', flush=True)\n"
        "        await asyncio.sleep(600)\n"
        "asyncio.run(hold())\n"
    )
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(directory), stdout=asyncio.subprocess.PIPE)
    assert other.stdout is not None
    assert await other.stdout.readline() == b"held\n"
    entered: list[str] = []

    async def enter() -> None:
        async with JournalGateway(StateDirectory(directory)).alone():
            entered.append("in")

    waiting = asyncio.create_task(enter())
    done, _ = await asyncio.wait({waiting}, timeout=0.5)
    assert not done, "it waits"
    other.kill()
    await other.wait()
    await waiting
    assert entered == ["in"]


async def test_a_change_elsewhere_that_does_not_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seswizard.gateways.journal._BUSY", 0.2)
    one, other = (JournalGateway(StateDirectory(tmp_path / "alone")) for _ in range(2))
    async with one.alone():
        with pytest.raises(FailureError) as raised:
            async with other.alone():
                pytest.fail("it went in")
    assert raised.value.failure.kind == "state.busy"
