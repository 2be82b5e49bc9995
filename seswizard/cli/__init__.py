"""The command line: click, lazily loaded command by command; the screen is imported inside one function."""
