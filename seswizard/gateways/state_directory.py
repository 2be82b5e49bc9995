"""The directory that holds what we remember: ours alone, or not used at all.

It is resolved when it is first needed, because the platform's rules come from a library that start-up does not wait for.
"""

import contextlib
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from seswizard.core.failure import Failure, FailureError
from seswizard.core.quoting import shell
from seswizard.core.text import printable
from seswizard.gateways.locks import locked
from seswizard.gateways.threads import in_thread, to_completion

T = TypeVar("T")

_LOOKING, _WRITING = 10.0, 30.0
"""Seconds for a directory that may lie on another machine."""


def platform_directory() -> Path:
    """The platform's place for state.

    Raises:
        FailureError: this user has no home directory.
    """
    import platformdirs

    try:
        path = Path(platformdirs.user_state_dir("seswizard", appauthor=False))
    except RuntimeError:  # how pathlib says that nobody knows a home
        path = Path("~")
    if not path.is_absolute():  # others leave `~` as it is, and it would become a directory of that name
        remedy = "Set HOME, or set SESWIZARD_STATE_DIR to a directory that is yours alone."
        raise FailureError(Failure("state.refused", "This user has no home directory here.", remedy=remedy))
    return path


class StateDirectory:
    """The state directory, checked each time before it is used; what is not async blocks, so it is for threads."""

    def __init__(self, path: Path | None, default: Callable[[], Path] = platform_directory) -> None:
        self._path = path
        self._default = default

    @property
    def path(self) -> Path:
        """Where it is, whether it exists or not."""
        if self._path is None:
            self._path = self._default()
        return self._path

    def for_reading(self) -> Path | None:
        """The directory, or None while there is none.

        Raises:
            FailureError: it is a link, somebody else's, or open to others.
        """
        try:
            status = self.path.lstat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FailureError(_refused(self.path, f"cannot be read: {error.strerror}")) from None
        self._check(status)
        return self.path

    def for_writing(self) -> Path:
        """The directory, made if there is none.

        Raises:
            FailureError: it cannot be made, or must not be used.
        """
        try:
            if self.for_reading() is None:
                for directory in (*reversed(self.path.parents), self.path):
                    with contextlib.suppress(FileExistsError):
                        directory.mkdir(mode=0o700)
                self._check(self.path.lstat())
        except OSError as error:
            raise read_only(self.path, error) from None
        return self.path

    async def look(self, work: Callable[[], T]) -> T:
        """Read what lies there, on a thread.

        Raises:
            FailureError: it does not answer.
        """
        try:
            return await in_thread(work, _LOOKING)
        except TimeoutError:
            raise FailureError(_silent(self.path)) from None
        except OSError as error:
            raise FailureError(_refused(self.path, f"cannot be read: {error.strerror or type(error).__name__}")) from None

    async def prepared(self) -> Path:
        """The directory, made if there is none.

        Raises:
            FailureError: it cannot be made, must not be used, or does not answer.
        """
        try:
            return await in_thread(self.for_writing, _LOOKING)
        except TimeoutError:
            raise FailureError(_silent(self.path)) from None
        except OSError as error:
            raise read_only(self.path, error) from None

    async def change(self, work: Callable[[Path], T]) -> T:
        """Write something on a thread, under the lock that every write is made under; waiting for the lock can be cancelled.

        Raises:
            FailureError: kind `state.read-only` or `state.busy`, or the directory must not be used.
        """
        directory = await self.prepared()
        try:
            async with locked(directory / "lock"):
                return await to_completion(lambda: work(directory), _WRITING)
        except TimeoutError:
            raise FailureError(_silent(directory)) from None
        except (OSError, ValueError) as error:
            raise read_only(directory, error) from None

    def _check(self, status: os.stat_result) -> None:
        if stat.S_ISLNK(status.st_mode):
            raise FailureError(_refused(self.path, "is a symbolic link"))
        if not stat.S_ISDIR(status.st_mode):
            raise FailureError(_refused(self.path, "is not a directory"))
        if status.st_uid != os.geteuid():
            raise FailureError(_refused(self.path, "belongs to somebody else"))
        if status.st_mode & 0o077:
            raise FailureError(_refused(self.path, "is open to other users", shell("chmod", "700", self.path)))


def read_only(path: Path, error: OSError | ValueError) -> FailureError:
    """The failure of a write that the file system refused."""
    title = "Nothing can be written to the state directory."
    detail = printable(f"{path}: {(error.strerror if isinstance(error, OSError) else '') or type(error).__name__}")
    remedy = "Make it writable, or set SESWIZARD_STATE_DIR to a directory that is."
    return FailureError(Failure("state.read-only", title, detail, remedy))


def _silent(path: Path) -> Failure:
    title = "The state directory does not answer."
    remedy = "See to its disk or file server, or set SESWIZARD_STATE_DIR to another directory."
    return Failure("state.silent", title, printable(str(path)), remedy, retry=True)


def _refused(path: Path, why: str, command: str = "") -> Failure:
    title = f"The state directory {why}, so it is not used."
    remedy = "Fix it, or set SESWIZARD_STATE_DIR to a directory that is yours alone."
    return Failure("state.refused", title, printable(str(path)), remedy, command)
