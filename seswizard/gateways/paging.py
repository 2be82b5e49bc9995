"""Lists that come in pages: each has an end, whatever the other side says of more."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from seswizard.gateways.http_answers import AnswerError

T = TypeVar("T")

MOST_PAGES = 100
"""Of a thing's parts: a user has two keys, a topic of ours has one subscription."""


def paged(pages: Iterable[T]) -> Iterator[T]:
    """The pages that the library asks for one after the other; it notices a token itself only when it comes twice in a row.

    Raises:
        AnswerError: they do not end.
    """
    for number, page in enumerate(pages):
        if number >= MOST_PAGES:
            raise AnswerError("its pages do not end")
        yield page
