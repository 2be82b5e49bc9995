"""`make bench`: every figure with its aim, and beside the bare thing it stands on in the same run, so that the machine
cancels out. `python -m tests.benchmarks PART…` measures some parts only; each part is a module here."""

import sys
from importlib import import_module

PARTS = {
    "tools": "tests.benchmarks.other_tools",
    "dns": "tests.benchmarks.dns_looks",
    "watching": "tests.benchmarks.watching",
    "starting": "tests.benchmarks.starting",
}


def main(wanted: list[str]) -> int:
    """Measure these parts, or all of them; the exit status."""
    if unknown := [part for part in wanted if part not in PARTS]:
        print(f"There is no part {unknown[0]!r}; there are: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    for part in wanted or PARTS:
        import_module(PARTS[part]).measure()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
