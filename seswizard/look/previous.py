"""DKIM tokens of earlier tries: of identities that we deleted ourselves, so that nobody can still need their records.

Tokens that were merely seen once may belong to the same domain's identity in another account, which is alive.
"""

import re
from collections.abc import Iterable

from seswizard.core.remembered import Entry
from seswizard.ports import Services

MOST = 12
"""The latest of them; each costs a question for every record that is missing."""
_TOKEN = re.compile(r"[a-z0-9]{1,63}")


async def previous_tokens(services: Services, name: str, region: str) -> tuple[str, ...]:
    """What the journal noted when the identity was taken back in this region, oldest first.

    Raises:
        FailureError: the journal cannot be read.
    """
    return noted(await services.journal.entries(name), region)


def noted(entries: Iterable[Entry], region: str) -> tuple[str, ...]:
    """The tokens in these lines of the journal."""
    lines = [dict(one.detail).get("tokens", "") for one in entries if (one.kind, one.region) == ("identity", region)]
    found = dict.fromkeys(token for line in lines for token in line.split() if _TOKEN.fullmatch(token))
    return tuple(found)[-MOST:]
