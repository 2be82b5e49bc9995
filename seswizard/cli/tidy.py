"""At the start: what an interrupted run left standing for a moment only is taken away, and that is said."""

from seswizard.actions.temporary_path import remove_leftovers
from seswizard.cli.consent import told
from seswizard.cli.ending import say
from seswizard.ports import Services


async def tidy(services: Services) -> None:
    """Remove temporary ways back of earlier runs; where that fails, the next start tries again."""
    outcome = await remove_leftovers(services, told, lambda one: say(f"An earlier run left {one.name} behind; removing it."))
    if outcome.failure:
        say(f"{outcome.title} {outcome.failure.title}")
