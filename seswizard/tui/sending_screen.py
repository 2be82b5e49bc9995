"""A screen that sends: whom to, the plan, the click before it where the sandbox wants one. How it looks is the proof's."""

import asyncio

from textual import work

from seswizard.actions.proof import Sending
from seswizard.actions.recipient import prepare_recipient
from seswizard.actions.send_proof import prepare_send
from seswizard.actions.sending import sending_to
from seswizard.core.failure import Failure
from seswizard.core.names import BadNameError, EmailAddress
from seswizard.core.simulator import COST
from seswizard.core.steps import unmet
from seswizard.tui import proof_words as words
from seswizard.tui.live_proof import Click, LiveProof, SendLive, Tell, wait_for_click
from seswizard.tui.step_screen import StepScreen


class SendingScreen(StepScreen):
    """Choosing, planning, sending; what it tells is kept in the App's `LiveProof`."""

    def __init__(self) -> None:
        super().__init__()
        self.preparing = False
        """Whether it is being looked at what the plan has to hold."""
        self._drawing = asyncio.Lock()

    async def draw(self) -> None:
        """Bring the body up to date with `live`."""

    @property
    def live(self) -> LiveProof:
        """What is on its way or has ended in this run, for this name; a fresh one where that was another's."""
        live, session = self.app.live_proof, self.session
        foreign = live.sending is not None and (live.sending.name, live.region) != (session.name, session.region)
        return LiveProof() if foreign else live

    @property
    def sending(self) -> Sending:
        """What was sent, or will be."""
        chosen = self.live.sending
        if chosen and (self.live.running or self.live.run or self.live.failure):
            return chosen
        return self._by_this_way(chosen.to if chosen else "bounce")

    @property
    def chosen(self) -> bool:
        """Whether something was chosen that has not been sent yet."""
        live = self.live
        return live.sending is not None and live.run is None and not live.running

    def missing(self) -> tuple[str, ...]:
        """The steps that have to come first; by API no login is needed."""
        by_api = self.sending.via == "api"
        return tuple(one for one in unmet("proof", self.session.states) if not (by_api and one == "login"))

    def busy(self) -> bool:
        """Whether nothing can be sent just now."""
        return self.stuck() or bool(self.missing())

    def stuck(self) -> bool:
        """Whether nothing can be sent just now by any way; the API goes without a login."""
        return self.preparing or self.live.running or self.session.report is None or bool({*self.missing()} - {"login"})

    @work(exclusive=True, group="again", description="preparing another message")
    async def action_again(self) -> None:
        """Show the plan for another message."""
        await self.plan()

    @work(exclusive=True, group="again", description="choosing whom to send to")
    async def action_choose(self) -> None:
        """Choose the recipient, then show the plan."""
        from seswizard.tui.modals.choose import Choose

        chosen = await self.app.push_screen_wait(Choose("Send to", COST, words.choices()))
        to = await self._mailbox() if chosen == words.MINE else chosen
        if to and not self.busy():
            way = self.live.way_chosen
            self._take(LiveProof(self._by_this_way(to) if way else sending_to(self.session, to), way_chosen=way))
            await self.plan()

    def _by_this_way(self, to: str) -> Sending:
        """To that recipient, by the way that was chosen, if one was."""
        live = self.live
        if live.sending is None:
            return sending_to(self.session, to)
        return sending_to(self.session, to, live.sending.via, live.sending.port if live.way_chosen else 0)

    @work(exclusive=True, group="again", description="choosing the way of the message")
    async def action_way(self) -> None:
        """Choose the port, or the API, then show the plan."""
        from seswizard.tui.modals.choose import Choose

        chosen = await self.app.push_screen_wait(Choose("Send through", words.WAYS, words.ways(self.session)))
        if chosen and not self.stuck():
            port = int(chosen) if chosen.isdigit() else 0
            sending = sending_to(self.session, self.sending.to, "smtp" if port else "api", port)
            self._take(LiveProof(sending, way_chosen=True))
            await self.plan()

    async def _mailbox(self) -> str | None:
        """Ask for an address until it is one, or nothing is answered."""
        from seswizard.tui.modals.ask import AskSheet

        sentence, typed = "A mailbox that you can open. In the sandbox it is verified first, by one click there.", ""
        while True:
            answer = await self.app.push_screen_wait(AskSheet("Your mailbox", sentence, typed, "Go on"))
            if answer is None:
                return None
            try:
                return str(EmailAddress.parse(answer))
            except BadNameError as error:
                sentence, typed = str(error), answer

    def _take(self, live: LiveProof) -> None:
        live.region = self.session.region
        self.app.live_proof = live
        self.redraw()

    async def plan(self) -> None:
        """Show the plan of what was chosen, and send it on consent."""
        if self.busy():
            return
        sending = self._by_this_way(self.sending.to)
        self.preparing = True
        self.refresh_frame()
        try:
            prepared = await prepare_send(self.session.services, sending)
        finally:
            self.preparing = False
        self.refresh_frame()
        live = LiveProof(sending, self.session.region, way_chosen=self.live.way_chosen)
        if isinstance(prepared, Failure):
            live.failure = prepared
            self._take(live)
            return
        await self.app.ask_for_consent(SendLive(prepared, live, self.session.services.clock, self._teller(live)))

    async def by_api(self) -> None:
        """The same by SES's API."""
        self._take(LiveProof(sending_to(self.session, self.sending.to, "api")))
        await self.plan()

    async def verify(self) -> None:
        """Have SES mail the link, and ask SES until it was clicked, whatever screen is open then."""
        services, sending = self.session.services, self.sending
        prepared = await prepare_recipient(services, sending)
        live = LiveProof(sending, self.session.region, way_chosen=self.live.way_chosen)
        if isinstance(prepared, Failure):
            if prepared.kind != "send.recipient-verified":
                live.failure = prepared
            self._take(live)
            return
        if prepared.plan.changes:
            outcome = await self.app.ask_for_consent(prepared)
            if outcome is None:
                return
            live.failure = outcome.failure
        if live.failure is None:
            live.click = Click(prepared.recipient.address, services.clock.now())
            waiting = wait_for_click(services, live.click, self._teller())
            self.app.run_worker(waiting, group="click", exclusive=True, description="waiting for the click on a link")
        self._take(live)

    def _teller(self, live: LiveProof | None = None) -> Tell:
        """What tells whichever screen of the proof is open; with `live` that is what it shows from now on."""
        app = self.app

        def tell() -> None:
            if live is not None and live.sending is not None and live.sending.name == app.session.name:
                app.live_proof = live
            for screen in app.step_screens:
                if isinstance(screen, SendingScreen):
                    screen.redraw()

        return tell

    @work(group="draw", description="showing what was heard")
    async def redraw(self) -> None:
        """Bring the body up to date; one after the other, for a cut-off one would leave out what it was about to show."""
        async with self._drawing:
            await self.draw()

    @work(exclusive=True, group="links", description="reading the links of the way back")
    async def look_at_links(self) -> None:
        """Read how far the way back is whole."""
        await self.live.read_links(self.session.services)
        self.redraw()
