"""Access: who one is at AWS, in which account and region, and which permissions the road needs."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from seswizard.core.facts import Facts
from seswizard.core.findings import Level, Report, worst_first
from seswizard.core.offer_words import WAY_BACK
from seswizard.core.permissions import PERMISSIONS, operator_policy
from seswizard.core.reading import Seen
from seswizard.core.regions import REGION_NAMES, has_smtp, is_supported
from seswizard.core.steps import STEP, findings_of
from seswizard.core.text import counted
from seswizard.tui.paint import Text, joined, mark, quiet, rich
from seswizard.tui.step_screen import StepScreen
from seswizard.tui.widgets.facts import FactsGrid, Pair, absent
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.widgets.table import Row, Table
from seswizard.tui.words import help_of

_WORDS = {
    "access": "who you are; needs no permission",
    "sandbox": "read what the account may send",
    "domain": "make the identity, set MAIL FROM",
    "login": "a user under /seswizard/ with one key",
    "proof": WAY_BACK,
    "production": "ask for production access",
    "aftercare": "alarms, bounces, suppressed addresses",
}


class AccessScreen(StepScreen):
    """Who, where, and with which permissions."""

    step = "access"
    parts = frozenset({"access", "account"})
    HELP = help_of("access", "Who you are at AWS", "`w` shows that policy whole.")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w,f2", "policy", "Policy", id="access.policy", tooltip="The permissions as an IAM policy"),
        Binding("l", "look_now", "Look now", id="access.look", tooltip="Ask AWS now"),
    ]

    def compose_body(self) -> ComposeResult:
        yield Findings(id="findings")
        yield FactsGrid(id="facts")
        yield Static(rich("What the road needs[not b]   [b]w[/b] [$quiet]shows it as a policy[/][/]"), classes="h")
        yield Table(*_permissions(), layouts=((18, 46, 15), (18, 43, 15), (18, 43, 0)))

    async def show(self, facts: Facts, report: Report) -> None:
        """Who and where; findings only where something is to say."""
        found = [one for one in worst_first(findings_of("access", report)) if one.level is not Level.OK]
        await self.query_one(Findings).show(*found, said=self.said())
        self.query_one("#facts").set_class(bool(found), "gap")
        await self.query_one("#facts", FactsGrid).show(*_who(facts))

    def action_policy(self) -> None:
        """Show the policy that covers the whole road."""
        from seswizard.tui.modals.text import TextSheet

        self.app.push_screen(TextSheet("Permissions of the whole road", operator_policy(), "For the person who runs the wizard."))


def _who(facts: Facts) -> Iterator[Pair]:
    caller = facts.caller
    if isinstance(caller, Seen):
        yield "Signed in as", caller.value.name
        yield "Account", caller.value.account
        yield "ARN", quiet(caller.value.arn)
    else:
        yield "Signed in as", absent("not seen")
    place: Text = joined(facts.region, "  ", quiet(REGION_NAMES.get(facts.region, "")), "   ")
    ses = mark("ok", "SES") if is_supported(facts.region) else mark("problem", "no SES")
    smtp = mark("ok", "SMTP") if has_smtp(facts.region) else mark("unasked", "no SMTP")
    yield "Region", joined(place, ses, "   ", smtp)


def _permissions() -> Iterator[Row]:
    for step in STEP:
        asked = [one for one in PERMISSIONS if one.step == step]
        if asked:
            number = sum(len(one.actions) for one in asked)
            yield (STEP[step].label, quiet(_WORDS.get(step, STEP[step].why)), quiet(counted(number, "permission")))
