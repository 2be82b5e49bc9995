"""The console script. `--version` is answered before anything is imported, so that it costs nothing."""

import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        from seswizard import __version__

        sys.stdout.write(f"seswizard {__version__}\n")
        return
    from seswizard.cli.main import run

    run()


if __name__ == "__main__":
    main()
