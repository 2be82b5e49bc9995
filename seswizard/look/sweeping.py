"""What each server of a zone says of the expected records, and what follows from the answers."""

import asyncio

from seswizard.core import misses
from seswizard.core.answers import Answer, Delegation, Question, Server, Sweep
from seswizard.core.cells import right, told
from seswizard.core.failure import Failure
from seswizard.core.names import DomainName, within
from seswizard.core.reading import Reading, Seen, Unseen
from seswizard.core.records import Record
from seswizard.look.asking import to_servers
from seswizard.look.near import NearMisses
from seswizard.look.servers import addressed
from seswizard.look.zone import BUSY, glue_of, why_unheard
from seswizard.ports import Services

_PATIENCE = 0.8
_SOURCE = "the zone's name servers"


async def sweep_zone(
    services: Services,
    delegation: Delegation,
    domain: DomainName,
    records: tuple[Record, ...],
    previous_tokens: tuple[str, ...] = (),
) -> Reading[Sweep]:
    """One sweep from beginning to end."""
    sweeping = Sweeping(services, delegation, str(domain), previous_tokens)
    with sweeping.asking:
        sweeping.begin(records)
        return await sweeping.finish(records)


class Sweeping:
    """Every server is asked for every record at once, then for what follows from the answers.

    With a DKIM CNAME goes TXT at its name, as SES asks for that; where there was no such name a look ago, only once there
    is. For a record that no server has: where it may have landed. Referrals into sub-zones are followed. A server that
    keeps silent is asked nothing further. `before` is the last sweep, see `NearMisses`.
    """

    def __init__(
        self,
        services: Services,
        delegation: Delegation,
        domain: str,
        previous_tokens: tuple[str, ...],
        before: Sweep | None = None,
    ) -> None:
        self.asking = to_servers(services)
        self._services, self._delegation = services, delegation
        self._domain, self._previous = domain, previous_tokens
        self._before = before or Sweep()
        self._near = NearMisses(self._before)
        self._at = services.clock.now()
        self._below: dict[str, tuple[Server, ...]] = {}
        """The servers of the sub-zones that were referred to."""

    def begin(self, records: tuple[Record, ...]) -> None:
        """Ask for the records; when called again, for those that are new."""
        zone, ours = self._delegation.zone, self._ours(records)
        questions = [Question(zone, "SOA"), Question(zone, "NS"), Question(self._domain, "CNAME")]
        if any(record.purpose == "mail-from-spf" for record in ours):
            questions.append(Question(self._domain, "TXT"))
        questions += [Question(record.name, record.type) for record in ours]
        questions += [Question(one.name, "TXT") for one in ours if _through(one) and not _no_such_name(one, self._before)]
        self.asking.ask(self._delegation.servers, questions)

    async def finish(self, records: tuple[Record, ...]) -> Reading[Sweep]:
        """Everything that was found out; unseen where no server answered anything."""
        ours = self._ours(records)
        sweep = await self.asking.enough()
        if not self._answering(sweep):
            why, sweep = await asyncio.gather(self._why_silent(), self.asking.whole())
            if not self._answering(sweep):
                here = why_unheard(one.reply for one in sweep.asked)
                return Unseen(here if here is BUSY else why, _SOURCE, self._at)
        while await self._further(sweep, ours) or self.asking.pending:
            sweep = await self.asking.whole()
        return Seen(self._near.with_kept(sweep, self._serving(sweep)), _SOURCE, self._at)

    def _ours(self, records: tuple[Record, ...]) -> tuple[Record, ...]:
        return tuple(record for record in records if within(record.name, self._delegation.zone))

    async def _further(self, sweep: Sweep, records: tuple[Record, ...]) -> bool:
        """Ask what follows from the answers; whether anything is new."""
        new = False
        near: list[tuple[Question, ...]] = []
        for record in records:
            servers = await self._referred(sweep, record)
            new |= self.asking.ask(servers, [Question(record.name, record.type)])
            exists = not _no_such_name(record, sweep)
            if _through(record) and exists:
                new |= self.asking.ask(self._answering(sweep), [Question(record.name, "TXT")])
            if not right(record, sweep) and told(record, sweep):
                near.append(misses.questions(record, self._domain, self._delegation.zone, self._previous, exists=exists))
        return self.asking.ask(*self._near.chosen(near, self._serving(sweep), sweep)) or new

    def _answering(self, sweep: Sweep) -> tuple[Server, ...]:
        """The zone's servers that answered anything."""
        answering = {one.server for one in sweep.asked if isinstance(one.reply, Answer)}
        return tuple(one for one in self._delegation.servers if one in answering)

    def _serving(self, sweep: Sweep) -> tuple[Server, ...]:
        """The zone's servers that answer for it; what another one says of a near miss counts for nothing."""
        serving = {server for server, answer in sweep.answers(self._delegation.zone, "SOA") if answer.authoritative}
        return tuple(one for one in self._delegation.servers if one in serving)

    async def _referred(self, sweep: Sweep, record: Record) -> tuple[Server, ...]:
        """The servers of the sub-zone that a server refers to for this record; none where it does not."""
        for _, answer in sweep.answers(record.name, record.type):
            cut = answer.referral(record.name)
            if cut is not None and cut != self._delegation.zone:
                if cut not in self._below:
                    names = tuple(dict.fromkeys(row.value for row in answer.authority if row.type == "NS" and row.name == cut))
                    self._below[cut] = (await addressed(self._services, names, glue_of(answer, names))).servers
                return self._below[cut]
        return ()

    async def _why_silent(self) -> Failure:
        """No server of the zone answers: is it them, or does this network let no question out?"""
        # About this zone a resolver would wait for the same silent servers.
        question = Question(self._delegation.zone.partition(".")[2] or ".", "SOA")
        dns = self._services.dns
        asked = (dns.ask(one, question, recursive=True, timeout=_PATIENCE) for one in dns.resolvers[1:])
        replies = await asyncio.gather(*asked)
        if not any(isinstance(reply, Answer) for reply in replies):
            return why_unheard(replies)
        return Failure(
            "dns.silent",
            f"Could not look: none of the {len(self._delegation.servers)} name servers of {self._delegation.zone} answers.",
            remedy="That says nothing about your records. Ask your DNS host, or look again.",
            retry=True,
        )


def _through(record: Record) -> bool:
    """Whether it is an alias that SES asks for what it leads to."""
    return record.purpose == "dkim" and record.type == "CNAME"


def _no_such_name(record: Record, sweep: Sweep) -> bool:
    """Whether every server that answered says so, and none contradicts itself: then nothing of any type stands there."""
    told = [answer.status for _, answer in sweep.answers(record.name, record.type)]
    text = any(answer.rows for _, answer in sweep.answers(record.name, "TXT"))
    return bool(told) and all(status == "NXDOMAIN" for status in told) and not text
