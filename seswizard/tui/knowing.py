"""What the App knows: the session, the looks that fill it, and the slow watch that goes on under any screen."""

from typing import TYPE_CHECKING

from seswizard.core.commands import T, for_profile
from seswizard.core.marks import MARKS
from seswizard.core.names import IdentityName
from seswizard.look.session import Session
from seswizard.ports import Services
from seswizard.tui.messages import FactsChanged
from seswizard.tui.paint import PLAIN, Text
from seswizard.tui.terminal import TerminalApp

if TYPE_CHECKING:
    from seswizard.tui.step_screen import StepScreen
    from seswizard.tui.watch import News, SlowWatch


class KnowingApp(TerminalApp):
    """The wizard without its way from screen to screen."""

    def __init__(self, services: Services, name: IdentityName | None) -> None:
        super().__init__(services.state, services.clipboard)
        self.session = Session(services, name)
        """What is known; read it, change it by `know`."""
        self.news: News | None = None
        """What the slow watch found while another screen was open."""
        self.visited: list[str] = []
        """The steps one came through, the present one last."""
        self._watch: SlowWatch | None = None

    @property
    def step_screens(self) -> "tuple[StepScreen, ...]":
        """The screens of the frame that are open, also under a sheet."""
        from seswizard.tui.step_screen import StepScreen

        return tuple(screen for screen in self.screen_stack if isinstance(screen, StepScreen))

    @property
    def step(self) -> str:
        """The id of the step that is open, `overview`, or nothing before that."""
        return self.visited[-1] if self.visited else ""

    def pasted(self, shown: T) -> T:
        """The same as it is to be pasted: every command carries the profile that this run was given."""
        return for_profile(shown, self.session.services.profile)

    def know(self, session: Session) -> None:
        """Swap the session and tell every open screen."""
        self.session = session
        for screen in self.step_screens:
            screen.post_message(FactsChanged())

    async def look(self, parts: frozenset[str] | None = None) -> None:
        """Look at these parts (all of them by default) and know more; two looks at once keep each other's news."""
        from seswizard.look import ALL_PARTS
        from seswizard.look.knowing import know_more

        session = await know_more(lambda: self.session, parts or ALL_PARTS)
        if session is None:
            return
        was, fresh = self.session.verified, self.session.report is None
        self.know(session)
        now_verified = self.session.verified
        if now_verified is not was:
            done = f"{MARKS['done'].shown(plain=PLAIN)} " if now_verified else ""
            self.set_terminal_title(f"{done}{session.name}")
            if now_verified and not fresh:
                self.bell()

    # ---- the slow watch -------------------------------------------------------------------------------------

    async def keep_watch(self) -> None:
        """Look now and then while something waits; the screen of the live step looks by itself."""
        from seswizard.tui.watch import LIVE, SlowWatch, changed, waits

        watch = self._watch = SlowWatch()
        while True:
            clock = self.session.services.clock
            await clock.sleep(1.0)
            live = self.step == LIVE and (self._uncovered() or any(screen.paused for screen in self.step_screens))
            if not waits(self.session) or live or not self.visited:
                watch.rest()
                continue
            if parts := watch.due(clock.monotonic()):
                was = self.session
                await self.look(parts)
                if self.step != LIVE and (news := changed(was, self.session)):
                    self.news = news if news.step != self.step else None
                    if self.session.verified is was.verified:
                        self.bell()  # A look that finds it verified has rung already.
                    self.screen.refresh_bindings()

    def _uncovered(self) -> bool:
        """Whether the step's screen itself is seen, with no sheet upon it: then it looks by itself."""
        return self.screen in self.step_screens

    def watch_left(self) -> float | None:
        """Seconds until the slow watch looks again; None while it rests."""
        return self._watch.left(self.session.services.clock.monotonic()) if self._watch else None

    def news_line(self) -> Text:
        """The slow watch's news, or nothing."""
        from seswizard.tui.watch import watch_line

        return watch_line(self.session, None, self.news)
