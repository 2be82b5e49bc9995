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
    "listen": "ListenScreen",
    "headers": "HeadersScreen",
    "explain": "ExplainScreen",
    "suppression": "SuppressionScreen",
}
"""Step id, or the name of a screen beside the road (also the module's name), to class name."""


def screen_for(step: str) -> StepScreen:
    """A fresh screen for a step or another place; what follows the first space is what it is about, such as an address."""
    place, _, about = step.partition(" ")
    kind = cast("type[StepScreen]", getattr(import_module(f"{__package__}.{place}"), SCREENS[place]))
    return kind(about) if about else kind()  # type: ignore[call-arg]  # only screens that take one are opened with it
