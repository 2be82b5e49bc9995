"""Which domains belong together: the organisational domain, by the DNS tree walk of RFC 9989 §4.10.2.

No list of public suffixes is asked: the DMARC records themselves say where an organisation begins.
"""

from collections.abc import Mapping

from seswizard.core import dmarc
from seswizard.core.names import DomainName


def organisational_domain(domain: DomainName, texts: Mapping[str, tuple[str, ...]]) -> str:
    """The organisational domain, from the TXT values at each name of `dmarc.walk_names`.

    The first that says `psd=n`; else the name below the first, apart from the start, that says `psd=y`; else the
    shortest that has a record; else the domain itself (RFC 9989 §4.10.2).
    """
    found = str(domain)
    below = str(domain)
    for place, name in enumerate(dmarc.walk_names(domain)):
        here = name.removeprefix("_dmarc.")
        policies = [policy for text in texts.get(name, ()) if (policy := dmarc.parse(name, text))]
        if len(policies) == 1:
            psd = policies[0].tag("psd")
            if psd == "n":
                return here
            if psd == "y" and place > 0:
                return below
            found = here
        below = here
    return found
