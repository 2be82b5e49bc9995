"""A sweep beside what other tools need for the same: `dig`, one question after the other, and checkdmarc.

`dig` asks exactly the questions of our first look, in one process (`dig -f`). checkdmarc (the library, from the `bench`
extra) takes a dnspython resolver and so can be led to our servers, but it knows no DKIM and asks one resolver instead of
every server: what it shares with a sweep is the SPF record of MAIL FROM and the DMARC policy. Its MX check is left out,
for that goes on to the hosts behind, which our servers do not know; its command line is left out, for that takes no port.
"""

import asyncio
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from seswizard.core.names import DomainName
from seswizard.look import look
from seswizard.look.expected import look_expected
from seswizard.wiring import Options, build
from tests.benchmarks.dns_looks import ROUND_TRIP, document, servers

TIMES = 5
CHECKDMARC = f"""
import sys, time
import dns.resolver
from checkdmarc.dmarc import check_dmarc
from checkdmarc.spf import check_spf
address, port = sys.argv[1].split(":")
def once():
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [address], int(port)
    began = time.perf_counter()
    results = check_spf("bounce.d0.com", resolver=resolver), check_dmarc("d0.com", resolver=resolver)
    took = time.perf_counter() - began
    assert all(result["valid"] for result in results), results
    return took
once()
print(sorted(once() for _ in range({TIMES}))[{TIMES // 2}])
"""


async def sweeps(environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds of a first look at one domain and of a further one; medians."""
    first, further = [], []
    for _ in range(TIMES):
        services = build(Options(region=""), environment)
        began = time.perf_counter()
        facts = await look_expected(services, document(0))
        first.append(time.perf_counter() - began)
        began = time.perf_counter()
        await look(services, DomainName("d0.com"), parts=frozenset({"dns"}), last=facts)
        further.append(time.perf_counter() - began)
    return statistics.median(first), statistics.median(further)


def questions(environment: Mapping[str, str], log: Path) -> list[tuple[str, str, str, str]]:
    """Type, name, address and port of everything that one first look asks."""
    words = [sys.executable, "-m", "seswizard", "check", "--expected", "-", "--format", "json", "--debug", str(log)]
    given = json.dumps(document(0).as_dict())
    subprocess.run(words, input=given, text=True, env={**os.environ, **environment}, capture_output=True, check=True)
    return re.findall(r"dns:(\S+) (\S+) @([\d.]+):(\d+)", log.read_text())


def dig(asked: list[tuple[str, str, str, str]], batch: Path) -> float:
    """Seconds that `dig` takes for these questions, one after the other."""
    batch.write_text("".join(f"+tries=1 +time=5 @{address} -p {port} {name} {rtype}\n" for rtype, name, address, port in asked))
    began = time.perf_counter()
    done = subprocess.run(["dig", "-f", str(batch)], capture_output=True, text=True, check=True)
    took = time.perf_counter() - began
    assert done.stdout.count("->>HEADER<<-") == len(asked), done.stdout[-500:]
    return took


def measure() -> None:
    """Measure and print."""
    with servers(ROUND_TRIP, 1) as leads, tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, **leads}
        first, further = asyncio.run(sweeps(leads))
        asked = questions(leads, Path(folder) / "calls")
        print(f"one domain at a round trip of {ROUND_TRIP * 1000:.0f} ms, {len(asked)} questions in a first look:")
        print(f"    ours {first * 1000:.0f} ms, again {further * 1000:.0f} ms")
        if shutil.which("dig"):
            took = dig(asked, Path(folder) / "batch")
            print(f"    dig, one question after the other: {took * 1000:.0f} ms   ratio {took / first:.1f}")
        else:
            print("    dig is not installed here")
        if find_spec("checkdmarc"):
            resolver = leads["SESWIZARD_RESOLVERS"].split(",")[0]
            words = [sys.executable, "-c", CHECKDMARC, resolver]
            took = float(subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout)
            print(
                f"    checkdmarc, SPF and DMARC alone at one resolver: {took * 1000:.0f} ms   "
                f"ratio {took / first:.2f} to a first look, {took / further:.2f} to a further one"
            )
        else:
            print("    checkdmarc is not installed here (make bench installs it)")


if __name__ == "__main__":
    measure()
