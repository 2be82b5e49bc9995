"""Set up Amazon SES from a terminal, and prove that it works."""

__version__ = "0.1.0"
