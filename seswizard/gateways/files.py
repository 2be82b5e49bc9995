"""Files that the person asked for by name: written whole or not at all, with the mode given from the first byte."""

import contextlib
import errno
import os
import re
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
_KEPT = 0o755
"""What a file's new content may take over of its old mode: no set-id or sticky bit, nothing that lets others write."""
_DRAFT_DIGITS = 12


class FilesGateway:
    """The file system."""

    async def write(self, path: str, text: str, mode: int | None = None) -> None:
        """Write a file in place of an older one, with its mode if none is given; a symbolic link is left alone."""

        def change() -> None:
            try:
                write_atomically(expanded(path), text.encode(), mode)
            except (OSError, ValueError) as error:
                raise _failure("file.unwritable", path, f"cannot be written: {_why(error)}") from None

        try:
            await to_completion(change, _WRITING)
        except TimeoutError:
            raise _failure("file.unwritable", path, f"could not be written within {_WRITING:g} s") from None
        except OSError as error:
            raise _failure("file.unwritable", path, f"cannot be written: {_why(error)}") from None

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
                with expanded(path).open("rb") as file:
                    return file.read(limit + 1)
            except FileNotFoundError as error:
                raise _failure("file.missing", path, f"cannot be read: {_why(error)}") from None
            except (OSError, ValueError) as error:
                raise _failure("file.unreadable", path, f"cannot be read: {_why(error)}") from None

        try:
            content = await in_thread(look, _READING)
        except TimeoutError:
            raise _failure("file.unreadable", path, "does not come to an end") from None
        except OSError as error:
            raise _failure("file.unreadable", path, f"cannot be read: {_why(error)}") from None
        return content[:limit], len(content) > limit


def expanded(path: str) -> Path:
    """The path with the home directory in place of `~` or `~NAME`.

    Raises:
        FileNotFoundError: this machine knows no such home directory.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise FileNotFoundError(errno.ENOENT, "this machine knows no such home directory") from None


def open_plain(path: Path, flags: int, mode: int = 0o600) -> int:
    """Open a file of ours for reading or writing: a descriptor that is no link, no pipe, and nobody else's.

    Opening waits for nobody: a FIFO that somebody has put there is refused, not read.

    Raises:
        OSError: it could not be opened, or is not a plain file of ours.
    """
    descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, mode)
    status = os.fstat(descriptor)
    if why := _foreign(status):
        os.close(descriptor)
        raise PermissionError(errno.EPERM, why)
    return descriptor


def _foreign(status: os.stat_result) -> str:
    """Why a file is not a plain one of ours; empty where it is."""
    if not stat.S_ISREG(status.st_mode):
        return "it is no plain file"
    return "it belongs to somebody else" if status.st_uid != os.geteuid() else ""


def write_atomically(path: Path, content: bytes, mode: int | None) -> None:
    """Replace a file in one step; after a crash there is the old one or the new one.

    Without a mode it keeps that of the file it replaces, if that is ours, less what would let others write it or run it as
    its owner; a new file, and one in place of somebody else's, gets what the umask leaves of 0666.

    Raises:
        OSError: it could not be written, or is a symbolic link.
    """
    with contextlib.suppress(FileNotFoundError):
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise OSError(0, "it is a symbolic link" if stat.S_ISLNK(found.st_mode) else "it is no plain file")
        if mode is None and found.st_uid == os.geteuid():
            mode = stat.S_IMODE(found.st_mode) & _KEPT
    draft = path.with_name(f"{_draft_prefix(path)}{secrets.token_hex(_DRAFT_DIGITS // 2)}")
    descriptor = os.open(
        draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644 if mode is None else 0o600
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


def drafts(path: Path) -> tuple[Path, ...]:
    """What writes of this file have left behind that were killed in the middle, or are under way; drafts of drafts too."""
    digits = f"[0-9a-f]{{{_DRAFT_DIGITS}}}"
    named = re.compile(rf"\.?{re.escape(_draft_prefix(path))}{digits}(\.{digits})?")
    try:
        beside = os.listdir(path.parent)  # noqa: PTH208 - names alone: a directory may hold very many
        return tuple(path.with_name(name) for name in beside if named.fullmatch(name))
    except OSError:
        return ()


def sweep_drafts(path: Path) -> None:
    """Remove such leftovers of ours; only for the one who holds the lock that the file is written under."""
    for draft in drafts(path):
        with contextlib.suppress(OSError):
            if not _foreign(draft.lstat()):
                draft.unlink()


def _draft_prefix(path: Path) -> str:
    """How the names of a file's drafts begin; cut, for a name has 255 bytes at most."""
    return os.fsdecode(b"." + os.fsencode(path.name)[:200] + b".")


def sync_directory(directory: Path) -> None:
    """Have a new or replaced name survive a crash; not every file system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, UnicodeEncodeError):
        return "its name or its text holds half a character"
    return (error.strerror if isinstance(error, OSError) else "") or "that is no file name"


def _failure(kind: str, path: str, why: str) -> FailureError:
    return FailureError(Failure(kind, printable(f"{elide(path, 200)} {why}.")))
