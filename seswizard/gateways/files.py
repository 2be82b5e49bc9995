"""Files that the person asked for by name: written whole or not at all, with the mode given from the first byte."""

import contextlib
import os
import secrets
import stat
from dataclasses import replace
from pathlib import Path

from seswizard.core.failure import Failure, FailureError
from seswizard.core.text import elide, printable
from seswizard.gateways.threads import in_thread, to_completion

_WRITING = 60.0
_READING = 60.0
"""Seconds; the file may be a pipe that somebody still writes to."""


class FilesGateway:
    """The file system."""

    async def write(self, path: str, text: str, mode: int | None = None) -> None:
        """Write a file in place of an older one, with its mode if none is given; a symbolic link is left alone."""

        def change() -> None:
            try:
                write_atomically(Path(path).expanduser(), text.encode(), mode)
            except OSError as error:
                raise _failure("file.unwritable", path, f"cannot be written: {error.strerror}") from None

        try:
            await to_completion(change, _WRITING)
        except TimeoutError:
            raise _failure("file.unwritable", path, f"could not be written within {_WRITING:g} s") from None

    async def read(self, path: str, limit: int = 1_000_000) -> str:
        """The file's text as it is: line ends and all, so scrub what is taken out of it."""

        try:
            content, more = await self.read_bytes(path, limit)
        except FailureError as error:
            raise FailureError(replace(error.failure, kind="file.unreadable")) from None
        if more:
            raise _failure("file.unreadable", path, f"is longer than {limit:,} bytes")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise _failure("file.unreadable", path, "is no UTF-8 text") from None

    async def read_bytes(self, path: str, limit: int) -> tuple[bytes, bool]:
        """Up to `limit` bytes, and whether there are more; as they are, so scrub what is taken out of them."""

        def look() -> bytes:
            try:
                with Path(path).expanduser().open("rb") as file:
                    return file.read(limit + 1)
            except FileNotFoundError as error:
                raise _failure("file.missing", path, f"cannot be read: {error.strerror}") from None
            except (OSError, ValueError) as error:
                why = error.strerror if isinstance(error, OSError) and error.strerror else "that is no file name"
                raise _failure("file.unreadable", path, f"cannot be read: {why}") from None

        try:
            content = await in_thread(look, _READING)
        except TimeoutError:
            raise _failure("file.unreadable", path, "does not come to an end") from None
        return content[:limit], len(content) > limit


def write_atomically(path: Path, content: bytes, mode: int | None) -> None:
    """Replace a file in one step; after a crash there is the old one or the new one.

    Without a mode it keeps that of the file it replaces, and a new one gets what the umask leaves of 0666.

    Raises:
        OSError: it could not be written, or is a symbolic link.
    """
    with contextlib.suppress(FileNotFoundError):
        found = path.lstat().st_mode
        if not stat.S_ISREG(found):
            raise OSError(0, "it is a symbolic link" if stat.S_ISLNK(found) else "it is no plain file")
        mode = stat.S_IMODE(found) if mode is None else mode
    draft = path.with_name(f".{path.name[:200]}.{secrets.token_hex(6)}")
    descriptor = os.open(
        draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666 if mode is None else 0o600
    )
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Have a new or replaced name survive a crash; not every file system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _failure(kind: str, path: str, why: str) -> FailureError:
    return FailureError(Failure(kind, printable(f"{elide(path, 200)} {why}.")))
