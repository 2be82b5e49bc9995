"""The command line with quick looks at SES, which are another test's matter: a person's or a script's process."""

from seswizard.core import pacing

pacing.SES_LOOK = 1.0  # before anybody takes it over

from seswizard import wiring  # noqa: E402 - see above
from seswizard.gateways.lane import Lane  # noqa: E402 - see above


def main() -> None:
    """Run the command line."""
    setattr(wiring, "Lane", lambda directory, clock, _gap: Lane(directory, clock, gap=0.0))  # noqa: B010 - wiring's own name for it, which nobody else may import
    from seswizard.__main__ import main as run

    run()


if __name__ == "__main__":
    main()
