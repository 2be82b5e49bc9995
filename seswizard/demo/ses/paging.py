"""Pages of a listing: SES's tokens are opaque, and so are ours."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from seswizard.demo.refusal import RefusedError
from seswizard.demo.ses.params import Params

Item = TypeVar("Item")
_SMALLEST_DEFAULT = 100


def page(
    items: Sequence[Item], params: Params, *, bad_token: str = "BadRequestException"
) -> tuple[Sequence[Item], dict[str, object]]:
    """The items of the page asked for, and the `NextToken` to put into the answer if there are more.

    Raises:
        RefusedError: the token is none of ours.
    """
    token, size = params.text("NextToken"), params.number("PageSize", _SMALLEST_DEFAULT)
    try:
        start = int(base64.urlsafe_b64decode(token)) if token else 0
    except (ValueError, binascii.Error):
        raise RefusedError(bad_token, "The NextToken is not valid.") from None
    end = start + size
    following = base64.urlsafe_b64encode(str(end).encode()).decode()
    return items[start:end], {"NextToken": following} if end < len(items) else {}
