"""Every command that we print is put together here, so that what arrives as arguments is what was meant.

Names, addresses, paths, profiles and what AWS and DNS call things go into commands that people paste. An address may hold
`'`, `&`, `|`, `!`, backticks and `$` (RFC 5322 §3.2.3), and may begin with a dash, as an option does.

Quoting for sh follows POSIX's Shell Command Language §2.2; it holds in dash, bash (also at its prompt, where `!` means
something between double quotes) and zsh (where a word may not begin with `=`). PowerShell's rules are those of
`about_Quoting_Rules`: it takes the four curly single quotes for straight ones.
"""

import re

from seswizard.core.text import printable

_PLAIN = re.compile(r"[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*")
_PLAIN_POWERSHELL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]*")
_POWERSHELL_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")
_PLAIN_SHORTHAND = re.compile(r"[A-Za-z0-9_.:/@-]+")
_WORD = re.compile(r"""(?:'[^']*'|"[^"]*"|[^\s'"])+""")
"""A word of a command: what stands in quotes is never torn apart."""

Value = object
"""What an option gets: True for none of its own, a tuple for several words; None, False or "" leaves the option out."""


def word(meant: object) -> str:
    """One argument as sh takes it."""
    text = str(meant)
    if _PLAIN.fullmatch(text):
        return text
    if printable(text) == text:
        return "'" + text.replace("'", "'\"'\"'") + "'"
    # A control character would reach the terminal as it is; printf makes it where the command runs.
    octal = "".join(_octal(char) for char in text)
    return f"\"$(printf '{octal}')\""


def shell(*words: object) -> str:
    """A command for sh, of these arguments."""
    return " ".join(word(meant) for meant in words)


def powershell(*words: object) -> str:
    """A command for PowerShell, of these arguments; the first, and words such as `-Type`, are its own."""
    return " ".join(_powershell(str(meant)) for meant in words)


def our_command(verb: str, name: object = "", **options: Value) -> str:
    """`seswizard VERB NAME --option value`; a name that begins with a dash stands last, behind `--`."""
    before, given = ["seswizard", *verb.split()], str(name)
    said = _options(options)
    if not given:
        return " ".join([*before, *said])
    if given.startswith("-"):
        return " ".join([*before, *said, "--", word(given)])
    return " ".join([*before, word(given), *said])


def aws_command(operation: str, **options: Value) -> str:
    """`aws OPERATION --option value`."""
    return " ".join(["aws", *operation.split(), *_options(options)])


def tag_words(tags: dict[str, str]) -> tuple[str, ...]:
    """Tags in the AWS CLI's shorthand; a value that would mean something in it stands in its double quotes."""
    return tuple(f"Key={_shorthand(key)},Value={_shorthand(value)}" for key, value in tags.items())


def words_of(command: str) -> list[str]:
    """The words of a command as they stand there, quotes and all."""
    return _WORD.findall(command)


def with_option(command: str, name: str, value: object) -> str:
    """The same command with one more option: at its end, or before the `--` behind which there are no options."""
    option = _options({name: value})[0]
    for found in _WORD.finditer(command):
        if found[0] == "--":
            return f"{command[: found.start()]}{option} {command[found.start() :]}"
    return f"{command} {option}"


def has_option(command: str, name: str) -> bool:
    """Whether a command has this option already."""
    return any(found == f"--{name}" or found.startswith(f"--{name}=") for found in words_of(command))


def _options(options: dict[str, Value]) -> list[str]:
    said = []
    for name, value in options.items():
        option = f"--{name.rstrip('_').replace('_', '-')}"
        if value is True:
            said.append(option)
        elif isinstance(value, tuple):
            said.append(" ".join([option, *(word(one) for one in value)]))
        elif value not in (None, False, ""):
            text = str(value)
            said.append(f"{option}={word(text)}" if text.startswith("-") else f"{option} {word(text)}")
    return said


def _octal(char: str) -> str:
    if char.isascii() and (char.isalnum() or char in " ./_-:,@=+"):
        return char
    outside = "surrogateescape" if "\udc80" <= char <= "\udcff" else "surrogatepass"
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", outside))


def _powershell(text: str) -> str:
    if _PLAIN_POWERSHELL.fullmatch(text) or re.fullmatch(r"-[A-Z][A-Za-z]*", text):
        return text
    return "'" + _POWERSHELL_QUOTES.sub(lambda quote: quote[0] * 2, text) + "'"


def _shorthand(text: str) -> str:
    if _PLAIN_SHORTHAND.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
