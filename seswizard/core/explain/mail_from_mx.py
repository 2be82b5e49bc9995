"""The MX of a custom MAIL FROM: a priority, SES's bounce host of one region, and no other MX beside it.

https://docs.aws.amazon.com/ses/latest/dg/mail-from.html
"""

import re
from collections.abc import Iterator

from seswizard.core.explain.kinds import told
from seswizard.core.findings import Evidence, Finding, Paste

_ROW = re.compile(
    r"^;?\s{0,8}([A-Za-z0-9_-][A-Za-z0-9_.-]{0,252}?)\.?\s{1,40}(?:\d{1,10}\s{1,40})?(?:IN\s{1,40})?"
    r"(?:MX|mail is handled by|mail exchanger =|MX preference =)\s{1,40}\d{1,5}[, ].{1,300}$",
    re.IGNORECASE,
)
_HOST = "feedback-smtp."


def mx_record(line: str, priority: str, target: str, region: str) -> Iterator[Finding]:
    """What the record says, and what its DNS host or its writer added to it."""
    doubled = re.search(rf"(?i)\b(\d{{1,5}})\s{{1,8}}(\d{{1,5}})\s{{1,8}}{re.escape(target)}", line)
    owner = re.match(r"\s{0,8}([A-Za-z0-9_-][A-Za-z0-9_-]{0,62}(?:\.[A-Za-z0-9_-]{1,63}){1,20})\.?\s", line)
    name = owner[1] if owner else "bounce"
    behind = re.search(rf"(?i){re.escape(target)}\.([a-z0-9-]{{1,63}}\.[a-z0-9.-]{{2,200}})", line)
    if doubled and not re.search(r"(?i)\bMX\s{1,40}\d{1,5}\s{1,8}feedback", line):
        yield told(
            "mail-from.priority-in-value",
            f"The priority stands there twice: {doubled[0]}.",
            Evidence("MX", doubled[0], f"{doubled[1]} {target}", "RFC 5321 §5.1"),
            do="Priority and host have a field each at most DNS hosts: 10, and the host alone.",
            records=(Paste(name, "MX", target, priority=int(doubled[1])),),
        )
    elif behind:
        yield told(
            "mail-from.wrong-target",
            f"The host has {behind[1].strip('.')} behind it: the DNS host appended that.",
            Evidence("MX", behind[0], target, "SES"),
            do="Write the host with a dot at its end, or as the host's page wants a whole name.",
            records=(Paste(name, "MX", target, priority=10),),
        )
    else:
        yield told(
            "explain.record",
            f"The MX of a custom MAIL FROM: it brings bounces back to SES in {region}.",
            Evidence("priority", priority, "10", "RFC 5321 §5.1"),
            Evidence(target, f"SES's bounce server in {region}", source="SES"),
            do="It must be the only MX of that name, and the region the one that sends.",
        )


def several(lines: list[str]) -> Iterator[Finding]:
    """A second MX beside SES's at one name: then SES does not set MAIL FROM up."""
    rows: dict[str, list[str]] = {}
    for line in lines:
        if found := _ROW.match(line):
            rows.setdefault(found[1].lower(), []).append(" ".join(line.split()))
    for name, same in rows.items():
        if len(dict.fromkeys(same)) > 1 and any(_HOST in one.lower() for one in same):
            yield told(
                "mail-from.extra-mx",
                f"{name} has {len(same)} MX records; as MAIL FROM it must have SES's alone.",
                *(Evidence(name, one, source="MX") for one in same[:20]),
                do="Remove the others, or take another name for MAIL FROM: a name that receives mail cannot be it.",
            )
