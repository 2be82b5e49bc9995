"""No keep at all: the password is shown once and forgotten."""

from seswizard.core.login import Keep, Login


class ShowKeep:
    """Keeps nothing, by the person's own choice; whoever made the login shows it."""

    async def probe(self) -> Keep:
        """Always usable."""
        return Keep("nowhere: shown once", usable=True)

    async def read(self, domain: str, region: str, *, staged: bool = False) -> Login | None:
        """Never anything."""
        return None

    async def store(self, domain: str, region: str, login: Login, *, staged: bool = False) -> None:
        """Nothing is kept, and there is nothing to read back."""

    async def delete(self, domain: str, region: str, *, staged: bool = False) -> bool:
        """There was none."""
        return False
