"""A login in a file that only its owner can read, in clear text: for servers without a keyring, and for mail programs.

The file is looked at before it is trusted: a link, a directory, somebody else's file or one that others can read is
refused. Writers take turns by a lock beside it that goes away again; the file is replaced whole or not at all.
"""

import contextlib
import errno
import fcntl
import os
import secrets
import stat
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

from seswizard.core.failure import FailureError
from seswizard.core.keep import file_form
from seswizard.core.login import Keep, Login
from seswizard.core.quoting import shell
from seswizard.core.text import printable
from seswizard.gateways.debug import CallLog
from seswizard.gateways.files import drafts, expanded, sweep_drafts, write_atomically
from seswizard.gateways.keep_calls import changed, looked
from seswizard.gateways.keep_file_forms import Entry, drop, find, put
from seswizard.gateways.keep_values import not_the_same, unkept

T = TypeVar("T")

_LIMIT = 10.0
"""Seconds; a file may lie on a network drive."""
_LOCK_PATIENCE, _LOCK_PAUSE = 5.0, 0.02
_LONGEST = 1_000_000


class FileKeep:
    """Logins in one file; the login that is to follow lies in a file beside it, named `.next`."""

    def __init__(self, path: str, log: CallLog, limit: float = _LIMIT) -> None:
        try:
            self._path, self._homeless = expanded(path).absolute(), False
        except FileNotFoundError:
            self._path, self._homeless = Path(path), True
        self._form = file_form(path)
        self._log, self._limit = log, limit

    async def probe(self) -> Keep:
        """Whether the directory takes a file and gives it back; the file itself is only looked at."""

        def work() -> bool:
            find(self._form, self._content(self._path) or b"", Entry("", "", printable(str(self._path))))
            draft, value = self._path.with_name(f".{self._path.name[:200]}.{secrets.token_hex(6)}"), secrets.token_bytes(24)
            with self._turn():
                try:
                    write_atomically(draft, value, 0o600)
                    return draft.read_bytes() == value
                finally:
                    draft.unlink(missing_ok=True)

        name = printable(f"{self._path} (clear text, readable by you alone)")
        try:
            kept = await self._asked("probe", looked(lambda: self._said(work), self._limit))
        except FailureError as error:
            return Keep.unusable(name, error.failure)
        return Keep(name, usable=kept, reason="" if kept else not_the_same(str(self._path)).failure.title)

    async def read(self, domain: str, region: str, *, staged: bool = False) -> Login | None:
        """The login in the file."""
        path, entry = self._place(domain, region, staged)

        def work() -> Login | None:
            self._sweep()
            content = self._content(path)
            return None if content is None else find(self._form, content, entry)

        return await self._asked("read", looked(lambda: self._said(work), self._limit))

    async def store(self, domain: str, region: str, login: Login, *, staged: bool = False) -> None:
        """Write and read back; raises if it does not read back the same."""
        path, entry = self._place(domain, region, staged)
        contents: list[bytes | None] = []
        """Before and after."""

        def work() -> None:
            with self._turn():
                contents.append(self._content(path))
                contents.append(put(self._form, contents[0] or b"", entry, login))
                try:
                    self._write(path, contents[1])
                    if find(self._form, self._content(path) or b"", entry) != login:
                        raise not_the_same(str(path))
                except BaseException:
                    self._write(path, contents[0])
                    raise

        def late() -> None:
            with self._turn():
                if len(contents) == 2 and self._content(path) == contents[1]:
                    self._write(path, contents[0])

        await self._asked("store", changed(lambda: self._said(work), self._limit, late))

    async def delete(self, domain: str, region: str, *, staged: bool = False) -> bool:
        """Whether there was one; a file that is empty afterwards goes too."""
        path, entry = self._place(domain, region, staged)

        def work() -> bool:
            if self._content(path) is None:
                return False
            with self._turn():
                content = self._content(path)
                rest = b"" if content is None else drop(self._form, content, entry)
                if content is None or rest == content:
                    return False
                self._write(path, rest if rest.strip() else None)
                return True

        return await self._asked("delete", changed(lambda: self._said(work), self._limit))

    def _place(self, domain: str, region: str, staged: bool) -> tuple[Path, Entry]:
        path = self._staged if staged else self._path
        return path, Entry(domain, region, printable(str(path)))

    @property
    def _staged(self) -> Path:
        return self._path.with_name(f"{self._path.name}.next")

    def _sweep(self) -> None:
        """Remove the copies of the file that a killed write has left, passwords and all."""
        if drafts(self._path) or drafts(self._staged):
            with contextlib.suppress(OSError, FailureError), self._turn():
                pass

    async def _asked(self, operation: str, call: Coroutine[Any, Any, T]) -> T:
        with self._log.call(f"file:{operation}"):
            if self._homeless:
                call.close()
                raise unkept(f"{self._path} begins with no home directory of this machine.", "Choose another file.")
            try:
                return await call
            except FailureError:
                raise
            except TimeoutError:
                raise unkept(f"{self._path} did not answer within {self._limit:g} s.", "Is it on a drive that is away?") from None
            except (OSError, ValueError) as error:  # no thread, or a name that no path can have
                why = (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
                raise unkept(f"{self._path} cannot be used: {why}.", "Choose another file.") from None

    def _said(self, work: Callable[[], T]) -> T:
        """Do it, with the file system's refusals in a sentence. On the call's own thread, so by class and number alone."""
        try:
            return work()
        except FileNotFoundError:
            command = shell("mkdir", "-p", "-m", "700", self._path.parent)
            raise unkept(f"The directory {self._path.parent} does not exist.", "Make it and try again.", command) from None
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else "it is no plain file"
            raise unkept(f"{self._path} cannot be used: {why}.", "Choose another file.") from None

    @staticmethod
    def _content(path: Path) -> bytes | None:
        """What stands in the file; None where there is none.

        Raises:
            FailureError: it is not a file that only we can read.
            OSError: it could not be read.
        """
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise unkept(f"{path} is a symbolic link, so it is not used.", "Name the file that it leads to.") from None
            raise
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise unkept(f"{path} is no plain file.", "Choose another one.")
            if status.st_uid != os.geteuid():
                raise unkept(f"{path} belongs to somebody else, so it is not used.", "Choose a file of your own.")
            if status.st_mode & 0o077:
                command = shell("chmod", "600", path)
                raise unkept(f"Others may read or write {path}; run: {command}", "Close it to others first.", command)
            content = file.read(_LONGEST + 1)
        if len(content) > _LONGEST:
            raise unkept(f"{path} is longer than {_LONGEST:,} bytes.", "Choose another file.")
        return content

    @staticmethod
    def _write(path: Path, content: bytes | None) -> None:
        if content is None:
            path.unlink(missing_ok=True)
        else:
            write_atomically(path, content, 0o600)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """Hold the lock beside the file; whoever is done takes it away, so a waiter looks whether it is still the one there.

        Raises:
            FailureError: somebody else holds it and does not let go.
        """
        path, until = self._path.with_name(f".{self._path.name[:200]}.lock"), time.monotonic() + _LOCK_PATIENCE
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                if self._held(descriptor, path):
                    try:
                        for written in (self._path, self._staged):
                            sweep_drafts(written)
                        yield
                    finally:
                        path.unlink(missing_ok=True)
                    return
            finally:
                os.close(descriptor)
            if time.monotonic() > until:
                raise unkept(f"Another program is writing {self._path} and does not finish.", "Try again in a moment.")
            time.sleep(_LOCK_PAUSE)

    @staticmethod
    def _held(descriptor: int, path: Path) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return os.path.samestat(os.fstat(descriptor), path.lstat())
        except (BlockingIOError, FileNotFoundError):
            return False
