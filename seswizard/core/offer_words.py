"""What can be done, what it is called, and the sentences around it, where the screen and the lines say the same.

`step_words` tells how things stand; this tells what comes next. Neither face holds what both say: a test looks for it.
"""

from seswizard.core.names import DomainName, IdentityName
from seswizard.core.pacing import EVENT_LOST, EVENT_SLOW
from seswizard.core.quoting import our_command
from seswizard.core.text import duration

ANOTHER_NAME = "Another domain or address"
CHANGE_NAME = "Change the domain"
GO_ON_ANYWAY = "Go on anyway"
ANOTHER_KEEP = "Choose another keep"
ANOTHER_MESSAGE = "Show the plan for another message"
NEXT_PORT = "Use the next port, and log in there"
SAVE_RECORDS = "Save them to a file"
LEAVE = "Leave it for now"
TAKEN = "SES took the message"
NEXT_TO_DO = "the next thing to do"
SES_TOO = "SES has to see them too"
TOLD_THERE = "it tells which server, and what to do"
LAST_RECORD = "that was the last one"
MAKES_LOGIN = "makes an IAM user, its policy and its key"
MAKES_KEY = "makes a new key for it"
ROTATES = "a new key, proven before the old one goes"
REVOKES = "remove key, password, policy and user"
NOTHING_TO_DO = "There is nothing to do."
ROTATION_GOES_ON = "A rotation is under way. What comes next?"
NEEDS_NEW_KEY = "A further region needs a new key."
EXAMINES = "It is tried, never stored; no mail is sent."
SETTINGS = "Settings for your program"
REVEALS = "Show the password"
SETTINGS_HERE = "the settings for your program"
SETTLE_AFTERCARE = "Decide what keeps mail working"
LOOK_LATER = "Look again, from a script or a timer"
MAIL_TO = "Have your program send a mail to"
HEADER_LINE = "With this header line"
NO_MAIL_FROM = "no MAIL FROM of your own: bounces go to amazonses.com, and SPF will not align"
BOUNCES_COME = "bounces will come back here"
API_ONLY = "mail by API only, no SMTP login there"
WAY_BACK = "a configuration set, a topic and a queue"
NOT_CLICKED = "The link was not clicked in time."
IN_CONSOLE = "The request is made in the console"


def understood(name: IdentityName) -> str:
    """What a typed name was taken for."""
    return "a domain: covers all its addresses" if isinstance(name, DomainName) else "one address: AWS will mail it a link"


def in_use(name: str) -> str:
    """What is said of a MAIL FROM name at which something stands, before that."""
    return f"{name} is in use: "


def slow(waited: float) -> str:
    """A word for an event that takes longer than it mostly does; empty before that."""
    return "slower than usual" if waited >= EVENT_SLOW else ""


def patience() -> str:
    """How long an event takes, and how long it is waited for."""
    return f"mostly under 10 s, given up at {duration(EVENT_LOST)}"


def watch_command(name: object, region: str) -> str:
    """The command that goes on watching what waits."""
    return our_command("health", name, watch=True, until="ok", region=region)
