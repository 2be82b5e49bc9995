"""What the login's screen adds to the palette while it is open."""

from collections.abc import Iterator

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen

from seswizard.core.offer_words import REVEALS, REVOKES, ROTATES

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("Options of the login", "user, keep, further domains and regions", "options"),
    ("Log in now", "prove the login by logging in", "try_now"),
    ("Use another port", "and log in there", "other_port"),
    ("Try the ports", "which of SES's ports this network lets through", "ports"),
    ("Rotate the login", ROTATES, "rotate"),
    ("Revoke the login", REVOKES, "revoke"),
    ("Examine a login", "one that you have, and that is refused", "examine"),
    ("Copy the user name", "the access key's id", "copy_user"),
    ("Copy the password", "to the clipboard", "copy_password"),
    (REVEALS, "and hide it again", "reveal"),
)
"""Name, help, and the screen's action."""


class LoginCommands(Provider):
    """The actions of the login's screen by name, as far as they can be done now."""

    async def discover(self) -> Hits:
        """What is listed before anything is typed."""
        for name, told, action in self._possible():
            yield DiscoveryHit(name, self._doer(action), help=told)

    async def search(self, query: str) -> Hits:
        """The commands that match."""
        matcher = self.matcher(query)
        for name, told, action in self._possible():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), self._doer(action), help=told)

    def _possible(self) -> Iterator[tuple[str, str, str]]:
        return (one for one in COMMANDS if self.screen.check_action(one[2], ()))

    def _doer(self, action: str) -> "_Doer":
        return _Doer(self.screen, action)


class _Doer:
    """Runs one action of a screen."""

    def __init__(self, screen: Screen[object], action: str) -> None:
        self.screen, self.action = screen, action

    async def __call__(self) -> None:
        await self.screen.run_action(self.action)
