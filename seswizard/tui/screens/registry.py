"""Which screen shows which step. Each module is loaded when its screen is first opened: starting must be quick."""

from importlib import import_module
from typing import cast

from seswizard.tui.step_screen import StepScreen

SCREENS: dict[str, str] = {
    "access": "AccessScreen",
    "sandbox": "SandboxScreen",
    "domain": "DomainScreen",
    "records": "RecordsScreen",
    "propagation": "PropagationScreen",
    "login": "LoginScreen",
    "proof": "ProofScreen",
    "production": "ProductionScreen",
    "aftercare": "AftercareScreen",
    "overview": "OverviewScreen",
}
"""Step id (also the module's name) to class name."""


def screen_for(step: str) -> StepScreen:
    """A fresh screen for a step, or for `overview`."""
    kind = cast("type[StepScreen]", getattr(import_module(f"{__package__}.{step}"), SCREENS[step]))
    return kind()
