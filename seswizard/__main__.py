"""The console script. `--version` is answered before anything is imported, so that it costs nothing."""

import gc
import sys

YOUNG_OBJECTS = 50_000
"""Allocations between two collections: loading boto3 makes very many objects that stay, and looking at them is waste."""


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        from seswizard import __version__

        try:
            sys.stdout.write(f"seswizard {__version__}\n")
            sys.stdout.flush()
            return
        except (AttributeError, OSError):  # closed or full: that is told like everywhere
            pass
    gc.set_threshold(YOUNG_OBJECTS)
    try:
        from seswizard.cli.main import run

        run()
    except KeyboardInterrupt:  # while we are being loaded, or on the way out
        sys.exit(130)


if __name__ == "__main__":
    main()
