"""The log of calls: 0600, and nothing in it but who was asked, how long and how it ended."""

import os
from pathlib import Path

import pytest

from seswizard.core.failure import BadInputError, Failure, FailureError
from seswizard.gateways.debug import CallLog


def test_calls_are_logged_with_their_outcome(tmp_path: Path) -> None:
    path = tmp_path / "calls"
    path.write_text("")
    path.chmod(0o666)
    log = CallLog(str(path))
    with log.call("sts:GetCallerIdentity"):
        pass
    with pytest.raises(FailureError), log.call("ses:GetAccount"):
        raise FailureError(Failure("access.denied", "No.", "hidden detail"))
    with pytest.raises(ValueError, match="hidden"), log.call("odd\x1b"):
        raise ValueError("hidden value")
    lines = path.read_text().splitlines()
    assert [line.split(" ", 1)[1].split(" ")[0] for line in lines] == ["sts:GetCallerIdentity", "ses:GetAccount", "odd␛"]
    assert [line.rsplit(" ", 1)[1] for line in lines] == ["ok", "access.denied", "ValueError"]
    assert "hidden" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_written_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    os.mkfifo(tmp_path / "pipe")
    for bad in (tmp_path / "no/such/file", tmp_path, tmp_path / "link", tmp_path / "pipe"):
        with pytest.raises(BadInputError):
            CallLog(str(bad))


@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_a_file_of_ours_that_is_no_log_stays_as_it_is(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "passwd"
    path.write_text("root:x:0:0\n")
    path.chmod(mode)
    with pytest.raises(BadInputError, match="no log of seswizard"):
        CallLog(str(path))
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("root:x:0:0\n", mode)


def test_a_log_of_an_earlier_run_goes_on(tmp_path: Path) -> None:
    for _ in range(2):
        with CallLog(str(tmp_path / "calls")).call("sts:GetCallerIdentity"):
            pass
    assert len((tmp_path / "calls").read_text().splitlines()) == 2


def test_without_a_file_nothing_happens() -> None:
    with CallLog().call("sts:GetCallerIdentity"):
        pass
