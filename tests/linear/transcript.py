"""Write the journey as a person reads it: `python -m tests.linear.transcript FILE`, inside `seswizard demo serve -- …`."""

import re
import sys
from pathlib import Path

from tests.linear.dialogue import Dialogue


def main() -> None:
    """Walk, and write every line that was read."""
    with Dialogue("setup", "--linear") as talk:
        talk.answer("example.com", "single address: ")
        talk.answer("")
        talk.answer("", r"Which AWS region.*: ")
        talk.choose("Show the plan: makes one identity")
        talk.answer("", r"which name below example\.com.*: ")
        talk.answer("", "to which address.*: ")
        talk.choose("Yes: make it")
        talk.choose("Tell the records one by one")
        for number in range(1, 6):
            talk.until(f"Record {number} of 6: ")
            talk.answer("")
        talk.choose("Go on to Verification")
        talk.choose("Go on to SMTP login")
        talk.answer("help")
        talk.choose("Show the plan: makes an IAM user")
        talk.answer("")
        talk.choose("Yes: make the login")
        talk.until("^done: Proven: SES accepts this login")
        talk.answer("back")
        talk.choose("Wait here")
        talk.until(r"^done: example\.com is verified\.", 90)
        talk.answer("skip")
        talk.choose("Go on to Proof")
        talk.choose("Show the plan: one message")
        talk.choose("Yes: send it")
        talk.until("^done: Proven: ", 90)
        talk.choose("Go on to Production access")
        talk.choose("Overview of all steps")
        talk.answer("quit")
        assert talk.ended() == 0
        text = re.sub(r"AKIA[A-Z0-9]{16}", "AKIAIOSFODNN7EXAMPLE", "\n".join(talk.lines).strip())
        Path(sys.argv[1]).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
