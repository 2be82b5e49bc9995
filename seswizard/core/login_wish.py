"""What a person wants of an SMTP login beside the domain itself: keep, further domains and regions, the user's name."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from seswizard.core.failure import BadInputError, Failure
from seswizard.core.keep import KeepChoice
from seswizard.core.login_life import RotationWay
from seswizard.core.names import DomainName
from seswizard.core.regions import has_smtp
from seswizard.core.text import printable

RETIRED_DAYS = 7
"""Days for which an old key stays, switched off, before it is deleted: time for a forgotten program to complain."""
Decision = Literal["keep", "adopt", "retire"]
"""What a person can decide: another keep, a user that is not ours, or which of two keys goes."""
ADOPTED = "our policy and a key of ours; everything else of it stays"
"""What a user gets that is adopted."""
_USER = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class LoginWish:
    """The wishes of one run; what is empty stays as it was chosen before."""

    keep: KeepChoice | None = None
    also: tuple[str, ...] = ()
    """Further domains that the login may send as."""
    regions: tuple[str, ...] = ()
    """Further regions that get a password from the same key."""
    user: str = ""
    """The IAM user's name, instead of the one we propose."""
    adopt: bool = False
    """Whether a user that we did not make may get our policy and our key."""
    retire: str = ""
    """The key to give up where the user has two already."""

    def __post_init__(self) -> None:
        """Check the user's name.

        Raises:
            BadInputError: IAM takes no such name
                (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
        """
        if self.user and not _USER.fullmatch(self.user):
            raise BadInputError(
                f"{printable(self.user)[:70]!r} is no name of an IAM user: 1 to 64 letters, digits and any of + = , . @ _ -"
            )


def to_decide(failure: Failure, wish: LoginWish, *, kept: bool) -> Decision | None:
    """What a person can still decide after this failure; None where nothing. `kept`: whether a keep was chosen before."""
    if failure.kind == "login.vault-missing" and not kept:
        return "keep"
    if failure.kind == "login.user-not-ours" and not wish.adopt:
        return "adopt"
    if failure.kind == "login.two-keys" and failure.detail and not wish.retire:
        return "retire"
    return None


def further_domains(typed: str) -> tuple[str, ...]:
    """Domains as typed, with commas or blanks between them.

    Raises:
        BadNameError: one is no domain.
    """
    return tuple(dict.fromkeys(str(DomainName.parse(one)) for one in _words(typed)))


def further_regions(typed: str) -> tuple[str, ...]:
    """Regions as typed, in which a login can be.

    Raises:
        BadInputError: one has no SMTP.
    """
    for one in _words(typed):
        if not has_smtp(one.lower()):
            raise BadInputError(f"SES has no SMTP endpoint in {printable(one)[:40]}.")
    return tuple(dict.fromkeys(one.lower() for one in _words(typed)))


def _words(typed: str) -> list[str]:
    return [one for one in re.split(r"[,\s]+", typed) if one and one.lower() != "none"]


@dataclass(frozen=True, slots=True)
class RotateWish:
    """The wishes of a rotation."""

    after: int = RETIRED_DAYS
    """Days until the old key, switched off, may be deleted."""
    delete_old: bool = False
    """Whether the old key is deleted in this very run."""
    cancel: bool = False
    """Whether a rotation that is not proven yet is taken back."""
    port: int = 587
    """Where the new login is proven."""

    def by(self, way: RotationWay) -> "RotateWish":
        """The same wishes, with what was chosen of a rotation that is under way."""
        return replace(self, cancel=way.does == "cancel", delete_old=way.does == "delete")
