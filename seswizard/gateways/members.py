"""Members of AWS's answers, taken out as what they must be: one that is missing or of another kind is said, not guessed.

botocore leaves out what is null, and hands on what is of another kind: "false" would be true.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from seswizard.core.text import printable
from seswizard.gateways.http_answers import AnswerError

T = TypeVar("T")

Said = Mapping[str, Any]
"""An answer of botocore, or a part of one. Its stubs promise every key, AWS does not; hence Any."""
_YEARS = range(1970, 3000)


def text(said: Said, name: str, otherwise: str | None = None) -> str:
    """A text, scrubbed; without `otherwise` it must be there, and not be empty.

    Raises:
        AnswerError: it is not.
    """
    return printable(raw_text(said, name, otherwise))


def arn_in(said: Said, name: str) -> str:
    """The name of a thing at AWS, which later calls are about."""
    found = text(said, name)
    if not found.startswith("arn:"):
        raise AnswerError(f"{name} is no ARN")
    return found


def raw_text(said: Said, name: str, otherwise: str | None = None) -> str:
    """A text as it is, for what goes back to AWS letter by letter, and for secrets."""
    if otherwise is None:
        found = _of_kind(said, name, str)
        if not found:
            raise AnswerError(f"{name} is empty")
        return found
    return _of_kind(said, name, str) if said.get(name) is not None else otherwise


def flag(said: Said, name: str, *, otherwise: bool | None = None) -> bool:
    """A yes or no."""
    return _of_kind(said, name, bool) if otherwise is None or said.get(name) is not None else otherwise


def number(said: Said, name: str, otherwise: float | None = None) -> float:
    """A finite number."""
    if otherwise is not None and said.get(name) is None:
        return otherwise
    found = said.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        raise AnswerError(f"{name} is no number")
    return float(found)


def moment(said: Said, name: str) -> datetime | None:
    """A moment in UTC; None where none is told. One that no calendar of ours can count with is an answer of nobody's."""
    if said.get(name) is None:
        return None
    found = _of_kind(said, name, datetime)
    if found.year not in _YEARS:
        raise AnswerError(f"{name} is in the year {found.year}")
    return found.astimezone(UTC)


def group(said: Said, name: str, *, needed: bool = False) -> Said:
    """A part with members of its own; empty where there is none, unless it is needed."""
    return _of_kind(said, name, dict) if needed or said.get(name) is not None else {}


def groups(said: Said, name: str, *, needed: bool = False) -> tuple[Said, ...]:
    """A list of such parts."""
    if not needed and said.get(name) is None:
        return ()
    return tuple(_each(_of_kind(said, name, list), name, dict))


def texts(said: Said, name: str) -> tuple[str, ...]:
    """A list of texts, scrubbed; empty where there is none."""
    return () if said.get(name) is None else tuple(map(printable, _each(_of_kind(said, name, list), name, str)))


def _each(found: Iterable[object], name: str, kind: type[T]) -> Iterable[T]:
    for each in found:
        if not isinstance(each, kind):
            raise AnswerError(f"{name} holds something that does not belong there")
        yield each


def _of_kind(said: Said, name: str, kind: type[T]) -> T:
    found = said.get(name)
    if found is None:
        raise AnswerError(f"{name} is missing")
    if not isinstance(found, kind):
        raise AnswerError(f"{name} is of another kind")
    return found
