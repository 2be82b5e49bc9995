"""The figures of DNS: round trips of one look, dead servers, the event loop meanwhile, and a thousand domains at once."""

import asyncio
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from seswizard.core.facts import Facts
from seswizard.core.names import DomainName
from seswizard.exports.records import RecordsDocument
from seswizard.look import look
from seswizard.look.expected import look_expected
from seswizard.ports import Services
from seswizard.wiring import Options, build
from tests.benchmarks.name_servers import RESOLVERS, records

ROUND_TRIP = 0.05
LOOKS = 10
DOMAINS = int(os.environ.get("SESWIZARD_BENCH_DOMAINS", "1000"))
BARE = """
import asyncio, json, sys
import dns.asyncquery, dns.message
async def main():
    slots = asyncio.Semaphore(100)
    async def ask(name, rtype, address, port):
        async with slots:
            await dns.asyncquery.udp(dns.message.make_query(name, rtype), address, 5, port)
    await asyncio.gather(*(ask(*one) for one in json.load(sys.stdin)))
asyncio.run(main())
"""


def document(number: int) -> RecordsDocument:
    """The records file of one domain."""
    return RecordsDocument(f"d{number}.com", "eu-west-1", records(number), f"d{number}.com", datetime(2026, 11, 22, tzinfo=UTC))


@contextmanager
def servers(seconds: float, domains: int, *dead: int) -> Iterator[dict[str, str]]:
    """Run the name servers; the variables that lead there."""
    network, port = f"127.{random.randint(1, 254)}.{random.randint(1, 254)}", random.randint(20_000, 32_000)
    words = [sys.executable, "-m", "tests.benchmarks.name_servers", network, str(port), str(seconds), str(domains)]
    process = subprocess.Popen([*words, *map(str, dead)], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        resolvers = ",".join(f"{network}.{host}:{port}" for host in RESOLVERS)
        yield {"SESWIZARD_RESOLVERS": resolvers, "SESWIZARD_DNS_PORT": str(port)}
    finally:
        process.terminate()
        process.wait(10)


async def again(services: Services, facts: Facts) -> float:
    """Seconds of one more look, the delegation known."""
    began = time.perf_counter()
    await look(services, DomainName("d0.com"), parts=frozenset({"dns"}), last=facts)
    return time.perf_counter() - began


async def share_of_a_core(services: Services, facts: Facts) -> float:
    """How much of a core this process uses while one looks once a second."""
    began, used = time.perf_counter(), time.process_time()
    for number in range(1, LOOKS + 1):
        await again(services, facts)
        await asyncio.sleep(max(0.0, began + number - time.perf_counter()))
    return (time.process_time() - used) / (time.perf_counter() - began)


async def one_domain(environment: dict[str, str]) -> tuple[float, float, list[float], float]:
    """Seconds of a first look and of a further one, milliseconds by which the loop was late meanwhile, share of a core."""
    services = build(Options(region=""), environment)
    began = time.perf_counter()
    facts = await look_expected(services, document(0))
    cold = time.perf_counter() - began
    warm = statistics.median([await again(services, facts) for _ in range(5)])
    late: list[float] = []
    for _ in range(10):
        going = asyncio.ensure_future(again(services, facts))
        while not going.done():
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            late.append((time.perf_counter() - before - 0.001) * 1000)
        await going
    return cold, warm, sorted(late), await share_of_a_core(services, facts)


def run(words: list[str], stdin: bytes, environment: dict[str, str]) -> tuple[float, int]:
    """Seconds and the greatest memory, in KB, of one process; whatever it prints is dropped."""
    with tempfile.TemporaryFile() as given:
        given.write(stdin)
        given.seek(0)
        began = time.perf_counter()
        process = subprocess.Popen(words, stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    return seconds, used.ru_maxrss


def many_domains() -> None:
    """`check` of many domains in one process beside a bare loop of dnspython with the same questions."""
    given = "\n".join(json.dumps(document(number).as_dict()) for number in range(DOMAINS)).encode()
    check = [sys.executable, "-m", "seswizard", "check", "--expected", "-", "--format", "json"]
    with servers(0, DOMAINS) as leads, tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, **leads}
        log = Path(folder) / "calls"
        run([*check, "--debug", str(log)], given, environment)
        asked = re.findall(r"dns:(\S+) (\S+) @([\d.]+):(\d+)", log.read_text())
        questions = json.dumps([(name, rtype, address, int(port)) for rtype, name, address, port in asked]).encode()
        pairs = [(run(check, given, environment), run([sys.executable, "-c", BARE], questions, environment)) for _ in range(2)]
    ours, bare = (min(pair[index] for pair in pairs) for index in (0, 1))
    rates = [len(asked) / one[0] for one in (ours, bare)]
    print(
        f"check of {DOMAINS} domains, {len(asked)} questions: {rates[0]:.0f}/s, {ours[1] / 1024:.0f} MB   "
        f"bare dnspython loop {rates[1]:.0f}/s, {bare[1] / 1024:.0f} MB   ratio {rates[0] / rates[1]:.2f}   aim 0.6"
    )


def measure() -> None:
    """Measure and print."""
    with servers(ROUND_TRIP, 1) as leads:
        cold, warm, late, share = asyncio.run(one_domain(leads))
    print(f"a look at 6 records x (4 servers + 8 resolvers) at a round trip of {ROUND_TRIP * 1000:.0f} ms:")
    for name, seconds, aim in (("cold", cold, 8), ("warm", warm, 3)):
        print(f"    {name} {seconds * 1000:5.0f} ms, {seconds / ROUND_TRIP:4.1f} dependent round trips   aim {aim}")
    print(f"    event-loop lag p50 {late[len(late) // 2]:.1f} ms, p99 {late[int(len(late) * 0.99)]:.1f} ms   aim p99 30 ms")
    print(f"    a look a second takes {share:.1%} of a core   aim 2 %")
    with servers(ROUND_TRIP, 1, 14, 27, 28) as leads:
        cold, warm, _, _ = asyncio.run(one_domain(leads))
    print(f"    with 3 of the 12 dead: cold {cold * 1000:.0f} ms, warm {warm * 1000:.0f} ms   aim 2000 ms")
    many_domains()


if __name__ == "__main__":
    measure()
