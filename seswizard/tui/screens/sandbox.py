"""Sending limits: what this account may send right now. It only tells; the sandbox blocks nothing on this road."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from seswizard.core.account import Account
from seswizard.core.facts import Facts
from seswizard.core.findings import Level, Report, worst_first
from seswizard.core.reading import Seen
from seswizard.core.step_words import reputation, suppression, whom
from seswizard.core.steps import findings_of
from seswizard.tui.paint import bar, joined, mark, quiet
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.facts import FactsGrid, Pair, absent
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.words import help_of

_BAR = 30
_NEAR = 0.8


class SandboxScreen(StepScreen):
    """One sentence of what can be done now, and the numbers."""

    step = "sandbox"
    parts = frozenset({"account"})
    HELP = help_of("sandbox", "The sandbox")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "look_now", "Look now", id="sandbox.look", tooltip="Ask AWS now"),
        Binding("p,f2", "production", "Production access", id="sandbox.production", tooltip="What AWS asks"),
    ]

    def compose_body(self) -> ComposeResult:
        yield FactsGrid(id="facts")
        yield Findings(id="findings")

    async def show(self, facts: Facts, report: Report) -> None:
        """The numbers, and findings beyond "still in the sandbox"."""
        told = ("sandbox.on",)
        found = [one for one in worst_first(findings_of("sandbox", report)) if one.level is not Level.OK and one.id not in told]
        account = facts.account.value if isinstance(facts.account, Seen) else None
        await self.query_one(FactsGrid).show(*(_numbers(account) if account else ()))
        findings = self.query_one(Findings)
        findings.set_class(bool(found), "gap")
        await findings.show(*found, said=self.said())

    def verdict(self) -> Say:
        """What can be sent today."""
        say = self.usual_verdict()
        facts = self.session.facts
        if facts is None or say.level not in ("ok", "advice") or not isinstance(facts.account, Seen):
            return say
        left = facts.account.value.quota.left
        rate = facts.account.value.quota.per_second
        pace = "one a second" if rate == 1 else f"{rate:g} a second"
        today = "No daily limit" if left is None else f"{left:,.0f} more messages today"
        return Say(say.level, say.sentence, f"{today}, {pace}.")

    def primary(self) -> Do:
        """On; in the sandbox it says that this is all right."""
        on = self.way_on()
        if self.session.standing != "sandbox":
            return on
        return Do("Continue in the sandbox", "the whole road works there", on.run)

    def action_production(self) -> None:
        """What AWS asks before it lifts the sandbox."""
        self.go_to("production")


def _numbers(account: Account) -> Iterator[Pair]:
    quota = account.quota
    if quota.per_day < 0:
        yield "Today", joined(f"{quota.sent:,.0f} sent ", quiet("in 24 hours; no daily limit"))
    else:
        share = quota.sent / quota.per_day if quota.per_day else 0.0
        used = bar(share, _BAR, "advice" if share >= _NEAR else "ok")
        yield "Today", joined(used, f"  {quota.sent:,.0f} of {quota.per_day:,.0f} ", quiet("in 24 hours"))
    yield "Rate", f"{quota.per_second:g} a second"
    on = mark("ok", "on") if account.sending_enabled else mark("problem", "off")
    yield "Sending", joined(on, ", reputation ", mark(*reputation(account)))
    yield "Plan", account.plan.capitalize() if account.plan else absent("AWS does not say")
    yield "You can write to", whom(account)
    yield "Suppression", suppression(account)
