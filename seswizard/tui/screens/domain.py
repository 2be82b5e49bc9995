"""Domain: make it known to SES and give it its MAIL FROM name. Touches no DNS record."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical
from textual.widgets import Input, Static

from seswizard.actions.identity import IdentityDraft, prepare_identity
from seswizard.core.answers_file import mail_from_name, reports_address
from seswizard.core.facts import Facts
from seswizard.core.failure import Failure
from seswizard.core.findings import Finding, Level, Report, worst_first
from seswizard.core.identity import Identity
from seswizard.core.names import BadNameError, DomainName, EmailAddress
from seswizard.core.offer_words import BOUNCES_COME, CHANGE_NAME, GO_ON_ANYWAY, NO_MAIL_FROM, in_use
from seswizard.core.reading import Seen
from seswizard.core.step_words import (
    NO_RECORDS,
    TOUCHES_NO_DNS,
    identity_mark,
    made_by,
    mail_from_mark,
    signed_by,
    undelegated,
    zone_words,
)
from seswizard.core.steps import findings_of
from seswizard.look.mail_from import propose_mail_from, rows_at
from seswizard.tui.paint import joined, mark, quiet
from seswizard.tui.single_address import address_verdict, link
from seswizard.tui.step_screen import Do, Say, StepScreen
from seswizard.tui.widgets.facts import FactsGrid, Pair
from seswizard.tui.widgets.finding import Findings
from seswizard.tui.words import help_of


class DomainScreen(StepScreen):
    """The identity: two fields while it is to be made, facts once it is there."""

    step = "domain"
    HELP = help_of("domain", "Domain")
    parts = frozenset({"access", "identity", "dns"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "insist", GO_ON_ANYWAY, key_display="F3", id="domain.insist", tooltip="For a domain of an inner network"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.refused: Failure | None = None
        self._insisted = False
        """Whether the person goes on with a domain that nobody delegates."""
        self._proposed = False

    def compose_body(self) -> ComposeResult:
        with Vertical(id="to-make", classes="auto"), Grid(classes="form"):
            yield Static("Domain", classes="quiet")
            yield Static("", id="which")
            yield Static("")
            yield Static("", id="which-hint", classes="hint quiet")
            yield Static("MAIL FROM", classes="quiet")
            yield Input("bounce", id="mail-from")
            yield Static("")
            yield Static("", id="mail-from-hint", classes="hint quiet")
            yield Static("DMARC reports to", classes="quiet")
            yield Input(placeholder="nobody; or an address of yours", id="reports")
            yield Static("")
            yield Static("", id="reports-hint", classes="hint quiet")
        yield Static("", id="address", classes="auto")
        yield FactsGrid(id="about")
        yield Findings(id="findings")

    async def show(self, facts: Facts, report: Report) -> None:
        """Fields or facts, depending on whether SES knows it."""
        known, name = self.session.identity, self.session.name
        address = isinstance(name, EmailAddress)
        to_make = not address and (known is None or (known.is_domain and known.mail_from is None))
        mistyped = self._mistyped()
        self.query_one("#to-make").display = to_make and mistyped is None
        self.query_one("#address").display = address and known is None
        self.query_one("#address", Static).update(
            quiet(f"{NO_RECORDS}\nSES will mail a link to it; a click on that link is all.")
        )
        self.query_one("#which", Static).update(str(name))
        zone = facts.delegation.value if isinstance(facts.delegation, Seen) else None
        where = zone_words(zone) if zone else "DNS could not be asked yet"
        self.query_one("#which-hint", Static).update(where)
        pairs = about(known, self.session.region) if known else ()
        await self.query_one("#about", FactsGrid).show(*pairs, *(link(self.session) if known and address else ()))
        findings = [one for one in worst_first(findings_of("domain", report)) if known and one.level is not Level.OK]
        told = [mistyped] if mistyped else [] if address and known and not known.verified else findings
        self.query_one("#findings").set_class(bool(told), "gap")
        await self.query_one("#findings", Findings).show(*told, said=self.said())
        if to_make and mistyped is None and not self._proposed and zone is not None:
            self._proposed = True
            self._propose()

    @work(exclusive=True, group="propose", description="looking for a free MAIL FROM name")
    async def _propose(self) -> None:
        facts, services = self.session.facts, self.session.services
        name = self.session.name
        if facts is None or not isinstance(facts.delegation, Seen) or not isinstance(name, DomainName):
            return
        free = await propose_mail_from(services, name, facts.delegation.value)
        field = self.query_one("#mail-from", Input)
        if field.value == "bounce":
            field.value = free.removesuffix(f".{name}")
        await self._probe()

    @on(Input.Blurred, "#mail-from")
    def _left_field(self) -> None:
        self._probe_again()

    @work(exclusive=True, group="probe", description="asking whether MAIL FROM is free")
    async def _probe_again(self) -> None:
        await self._probe()

    async def _probe(self) -> None:
        facts = self.session.facts
        hint = self.query_one("#mail-from-hint", Static)
        name, why = self._mail_from()
        if why:
            hint.update(mark("problem", why))
            return
        if not name:
            hint.update(NO_MAIL_FROM)
            return
        if facts is None or not isinstance(facts.delegation, Seen):
            return
        rows = await rows_at(self.session.services, facts.delegation.value, name)
        if rows is None:
            hint.update(joined(f"{name}  ", quiet("your servers did not answer; whether it is free is not known")))
        elif rows:
            hint.update(joined(mark("advice", in_use(name)), f"{rows[0].type} {rows[0].value}"))
        else:
            hint.update(joined(f"{name}  ", mark("ok", "free"), f"; {BOUNCES_COME}"))

    def _mail_from(self) -> tuple[str, str]:
        """The whole MAIL FROM name, and what is wrong with it."""
        domain = self.session.name
        if not isinstance(domain, DomainName):
            return "", ""
        try:
            return mail_from_name(domain, self.query_one("#mail-from", Input).value), ""
        except BadNameError as error:
            return "", str(error)

    def _mistyped(self) -> Finding | None:
        """That nobody has registered the domain, until the person goes on with it all the same."""
        facts, report = self.session.facts, self.session.report
        return undelegated(facts, report) if facts and report and not self._insisted else None

    def verdict(self) -> Say:
        """To do, refused, or what SES says."""
        if self.refused:
            return Say("problem", self.refused.title, self.refused.remedy)
        if isinstance(self.session.name, EmailAddress) and (say := address_verdict(self.session)) and not self.blindness():
            return say
        if not self.blindness() and (mistyped := self._mistyped()):
            return Say("problem", mistyped.title, "Is it spelled right?")
        if self.session.report is not None and self.session.identity is None and not self.blindness():
            return Say("doing", f"SES does not know {self.session.name} yet.", "The plan is shown before anything is made.")
        return self.usual_verdict()

    def primary(self) -> Do | None:
        """Show the plan while something is to be made, else go on."""
        known = self.session.identity
        if self._mistyped():
            return Do(CHANGE_NAME, f"nothing was made; F3: {GO_ON_ANYWAY[0].lower()}{GO_ON_ANYWAY[1:]}", self.app.change_name)
        if self.session.report is None:
            return Do("Show the plan", "looking first")
        if known is None:
            what = (
                "makes it known to SES, which mails the link" if isinstance(self.session.name, EmailAddress) else TOUCHES_NO_DNS
            )
            return Do("Show the plan", what, self._plan)
        if known.is_domain and known.mail_from is None:
            return Do("Show the plan", "sets MAIL FROM; it is optional, n goes on without", self._plan)
        return self.way_on("" if known.is_domain or known.verified else "it waits for the click on the link")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One insists only where something speaks against it."""
        return self._mistyped() is not None if action == "insist" else super().check_action(action, parameters)

    async def action_insist(self) -> None:
        """Go on with a domain that the parent delegates nowhere: an inner one, or one that is yet to be delegated."""
        facts, report = self.session.facts, self.session.report
        self._insisted = True
        if facts is not None and report is not None:
            await self.show(facts, report)
        self.refresh_frame()

    async def _plan(self) -> None:
        session = self.session
        if session.name is None:
            return
        mail_from, wrong = self._mail_from()
        if wrong:
            self.query_one("#mail-from", Input).focus()
            return
        try:
            reports = reports_address(self.query_one("#reports", Input).value)
        except BadNameError as error:
            self.query_one("#reports-hint", Static).update(mark("problem", str(error)))
            self.query_one("#reports", Input).focus()
            return
        prepared = await prepare_identity(session.services, IdentityDraft(session.name, mail_from, reports))
        if isinstance(prepared, Failure):
            self.refused = prepared
            self.refresh_frame()
            return
        if not prepared.plan.changes:
            await self.app.look(self.parts)
            self.go_to("records")
            return
        outcome = await self.app.ask_for_consent(prepared)
        if outcome is None:
            return
        self.refused = outcome.failure
        await self.app.look(self.parts)
        if outcome.ok:
            self.go_to("records" if isinstance(session.name, DomainName) else "propagation")
        else:
            self.refresh_frame()


def about(known: Identity, region: str) -> tuple[Pair, ...]:
    """What SES knows, as facts."""
    pairs: list[Pair] = [("Identity", joined(known.name, "  ", mark(*identity_mark(known))))]
    if known.is_domain:
        pairs.append(("DKIM", signed_by(known, region)))
        if known.mail_from:
            pairs.append(("MAIL FROM", joined(known.mail_from.domain, "  ", mark(*mail_from_mark(known.mail_from)))))
    pairs.append(("Made by", made_by(known)))
    return tuple(pairs)
