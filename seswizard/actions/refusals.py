"""What SES's SMTP replies mean, as failures with a way out.

https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-smtp.html
"""

import re

from seswizard.core.failure import Failure


def refusal(code: int, reply: str, region: str, sender: str = "") -> Failure:
    """The failure that a refusing reply stands for; `sender` tells whose verification is missing."""
    said = f"{code} {reply}".strip()
    low = reply.lower()
    if code == 535:
        return Failure(
            "send.auth-failed",
            "SES refuses this login.",
            said,
            f"The key is deleted or inactive, or the password belongs to another region than {region}.",
        )
    if code == 454 and "throttling" in low and "daily" in low:
        return Failure("send.daily-quota", "The daily quota of this account is used up.", said, "Wait, or ask AWS for more.")
    if code == 454 and "throttling" in low:
        return Failure("send.throttled", "SES asks to send more slowly.", said, "Try again in a few seconds.", retry=True)
    if "not verified" in low:
        names = re.search(r"region [A-Z0-9-]+: (.+)$", reply)
        who = names.group(1) if names else "an address"
        named = {one.strip().lower() for one in who.rstrip(".").split(",")}
        ours = sender and named & {sender.lower(), sender.lower().rpartition("@")[2]}
        return Failure(
            "send.sender-unverified" if ours else "send.recipient-unverified",
            f"SES does not know these addresses as verified: {who}.",
            said,
            "In the sandbox sender and recipient must be verified; wait until the domain is.",
        )
    if "not authorized" in low or "access denied" in low:
        arn = re.search(r"resource [`']?(arn:[^\s'`]+)", reply)
        what = arn.group(1) if arn else "this message"
        return Failure(
            "send.not-authorized",
            f"The login's IAM policy does not allow {what}.",
            said,
            "Make the login again, so that its policy is put right.",
        )
    return Failure("send.rejected", f"SES refused the message: {said}", said, "Nothing was sent.", retry=400 <= code < 500)
