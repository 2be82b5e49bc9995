"""How far an unattended set-up may go by itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class How:
    """What was agreed to beforehand."""

    yes: bool = False
    """Every plan."""
    dry_run: bool = False
    """Only showing the plans."""
    wait: bool = False
    """Waiting for DNS and SES, instead of ending there."""
    timeout: float | None = None
    """Seconds that waiting may take in all."""
