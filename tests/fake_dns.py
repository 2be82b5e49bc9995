"""A scripted DNS in memory: name servers that each hold one zone, and a resolver that reads them all.

`example_dns()` is the usual one: root, `com`, and two servers for `example.com`. Bend a server by its `silent`,
`status`, `cuts` and `rows`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from seswizard.core.answers import Answer, Question, Reply, Row, Server, Silence
from seswizard.core.names import within

TTL = 300


@dataclass
class NameServer:
    """One authoritative server and its one zone."""

    zone: str
    address: str
    rows: list[Row] = field(default_factory=list)
    cuts: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Delegated sub-zones with the names and addresses of their servers."""
    serial: int = 1
    silent: bool = False
    status: str = ""
    """Answer everything with this code instead."""
    unreachable: bool = False
    deaf_to: set[str] = field(default_factory=set)
    """Names about which it keeps silent."""

    def put(self, name: str, rtype: str, value: str, priority: int | None = None) -> None:
        """Publish one record."""
        self.rows.append(Row(name, rtype, TTL, value, priority))

    def answer(self, question: Question) -> Reply:
        name = question.name.removesuffix(".")
        if self.unreachable:
            return Silence("unreachable")
        if self.silent or name in self.deaf_to:
            return Silence("timeout")
        if self.status:
            return Answer(self.status, False)
        if not within(name, self.zone):
            return Answer("REFUSED", False)
        for cut, servers in self.cuts.items():
            if within(name, cut):
                glue = tuple(Row(host, "A", TTL, address) for host, address in servers if address)
                hosts = dict.fromkeys(host for host, _ in servers)
                return Answer("NOERROR", False, (), tuple(Row(cut, "NS", TTL, host) for host in hosts), glue)
        for row in self._all():
            if row.type == "DNAME" and row.name != name and within(name, row.name):
                made = Row(name, "CNAME", TTL, f"{name.removesuffix(row.name)}{row.value}")
                return Answer("NOERROR", True, (row, made))
        here = [row for row in self._all() if row.name == name]
        if not here and not any(within(row.name, name) for row in self._all()):
            here = self._wild(name)
            if not here:
                return Answer("NXDOMAIN", True, (), (self._soa(),))
        found = tuple(row for row in here if row.type in (question.type, "CNAME"))
        return Answer("NOERROR", True, found, () if found else (self._soa(),))

    def _soa(self) -> Row:
        return Row(self.zone, "SOA", TTL, f"ns1.{self.zone} hostmaster.{self.zone} {self.serial} 3600 600 86400 60")

    def _all(self) -> list[Row]:
        return [self._soa(), *self.rows]

    def _wild(self, name: str) -> list[Row]:
        """The rows of the wildcard at the closest name that exists (RFC 4592 §3.3.1)."""
        parent = name.partition(".")[2]
        while parent and not any(within(row.name, parent) for row in self._all()):
            parent = parent.partition(".")[2]
        return [replace(row, name=name) for row in self.rows if row.name == f"*.{parent}"]


@dataclass
class FakeDns:
    """All servers by address; the first resolver answers from whatever server holds the nearest zone."""

    servers: list[NameServer]
    resolvers: tuple[Server, ...] = (Server("", "10.9.9.9"), Server("", "10.9.9.8"))
    port: int = 53
    overridden: bool = False
    deaf: bool = False
    """Whether no resolver answers."""
    ipv6: bool = True
    doh: bool = True
    doh_deaf: bool = False
    private: set[str] = field(default_factory=set)
    """The addresses that may not be asked."""
    asked_doh: list[Question] = field(default_factory=list)
    asked: list[tuple[str, Question, bool]] = field(default_factory=list)
    bend: Callable[[str, Question, Reply], Reply] = lambda _address, _question, reply: reply
    """The last word on every reply."""

    async def ask(
        self,
        server: Server,
        question: Question,
        *,
        recursive: bool = False,
        timeout: float = 1.5,
        checking_disabled: bool = False,
    ) -> Reply:
        self.asked.append((server.address, question, recursive))
        if ":" in server.address and not self.ipv6:
            return Silence("no-ipv6")
        if server in self.resolvers:
            reply = Silence("timeout") if self.deaf else self._resolve(question)
        else:
            there = next((one for one in self.servers if one.address == server.address), None)
            reply = there.answer(question) if there else Silence("unreachable")
        return self.bend(server.address, question, reply)

    def may_ask(self, address: str) -> bool:
        return address not in self.private

    async def ask_doh(self, question: Question, *, timeout: float = 4.0) -> Reply:
        self.asked_doh.append(question)
        return Silence("unreachable") if self.doh_deaf or not self.doh else self._resolve(question)

    def _resolve(self, question: Question, depth: int = 0) -> Reply:
        name = question.name.removesuffix(".")
        holding = sorted((one for one in self.servers if within(name, one.zone)), key=lambda one: -len(one.zone))
        for server in holding:
            reply = server.answer(question)
            if isinstance(reply, Answer) and reply.authoritative:
                rows = reply.rows
                alias = next((row for row in rows if row.type == "CNAME"), None)
                if alias and question.type != "CNAME" and depth < 5:
                    more = self._resolve(Question(alias.value, question.type), depth + 1)
                    rows += more.rows if isinstance(more, Answer) else ()
                return Answer(reply.status, False, rows, reply.authority)
        return Answer("SERVFAIL", False)

    def at(self, address: str) -> NameServer:
        """The server of this address."""
        return next(one for one in self.servers if one.address == address)

    def of(self, zone: str) -> list[NameServer]:
        """The servers of a zone."""
        return [one for one in self.servers if one.zone == zone]

    def put(self, name: str, rtype: str, value: str, priority: int | None = None, zone: str = "example.com") -> None:
        """Publish one record at every server of the zone."""
        for server in self.of(zone):
            server.put(name, rtype, value, priority)

    def names_asked(self, resolvers: bool) -> set[str]:
        """The names about which the resolvers, or the name servers, were asked."""
        own = {one.address for one in self.resolvers}
        return {question.name for address, question, _ in self.asked if (address in own) is resolvers}


def example_dns(more: Iterable[NameServer] = ()) -> FakeDns:
    """Root, `com`, and two servers for `example.com` that hold an address and nothing else."""
    delegated = (("ns1.example.net", "10.2.0.1"), ("ns2.example.net", "10.2.0.2"))
    root = NameServer("", "10.0.0.1", cuts={"com": (("a.nic.net", "10.1.0.1"),)})
    root.put("", "NS", "root.nic.net")
    root.put("root.nic.net", "A", "10.0.0.1")
    root.put("a.nic.net", "A", "10.1.0.1")
    com = NameServer("com", "10.1.0.1", cuts={"example.com": delegated})
    com.put("com", "NS", "a.nic.net")
    servers = [root, com]
    for _, address in delegated:
        server = NameServer("example.com", address)
        for host, _ in delegated:
            server.put("example.com", "NS", host)
        server.put("example.com", "A", "192.0.2.1")
        servers.append(server)
    return FakeDns([*servers, *more])
