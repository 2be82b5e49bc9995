"""SPF and DMARC values that begin as receivers do not read them, and so are no records at all.

RFC 7208 §4.5: an SPF record begins with exactly `v=spf1`, then a space or the end. RFC 9989 §4.7: a DMARC record begins
with exactly `v=DMARC1`, tags are divided by `;`.
"""

import re

from seswizard.core.explain.kinds import told
from seswizard.core.findings import Evidence, Finding

_QUOTES = dict.fromkeys(map(ord, "“”„‟«»‘’"), '"')
_DMARC = re.compile(r"(?i)\bv\s{0,3}=\s{0,3}dmarc1\b")
_POLICY = re.compile(r"(?i)\bp\s{0,3}=\s{0,3}(none|quarantine|reject)\b")
_SPF = re.compile(r"(?i)(?:^|[\s\"])(v\s{0,3}[=:]\s{0,3}spf1?|spf1)(?=[\s:;,])")
_TERM = re.compile(r"(?i)(?:^|[\s\"])[+~?-]?(?:include:\S{3,253}|ip4:[0-9.]{7,15}\S{0,3}|ip6:[0-9a-f:]{3,39}\S{0,4})(?=[\s\"]|$)")
_ALL = re.compile(r"(?i)[~?-]all[\"\s]{0,8}$")
_LONGEST = 2000


def straight(text: str) -> str:
    """The text with plain quotes in place of those of a word processor."""
    return text.translate(_QUOTES)


def miswritten(line: str) -> Finding | None:
    """What is wrong with the beginning of a record that was meant; None where none was meant, or nothing is wrong."""
    text = straight(line[:_LONGEST]).strip()
    if _DMARC.search(text) and _POLICY.search(text):
        return told(
            "explain.dmarc-broken",
            "Receivers do not see this as a DMARC record: it must begin with v=DMARC1; and have ; between its tags.",
            Evidence("TXT", text, "v=DMARC1; p=none;", "RFC 9989 §4.7"),
            do="Write v=DMARC1 first, in these letters, then ; and the other tags.",
        )
    if _ALL.search(text) and (_SPF.search(text) or _TERM.search(text)):
        return told(
            "explain.spf-broken",
            "Receivers do not see this as an SPF record: it must begin with v=spf1 and a space.",
            Evidence("TXT", text, "v=spf1 …", "RFC 7208 §4.5"),
            do="Put v=spf1 and a space before its first term.",
        )
    return None
