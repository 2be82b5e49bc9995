"""Every step of the road and how it is walked in lines; the second reader of `core.steps.STEPS`."""

from seswizard.cli.linear.domain import DOMAIN
from seswizard.cli.linear.login import LOGIN
from seswizard.cli.linear.offers import OVERVIEW
from seswizard.cli.linear.proof import PROOF
from seswizard.cli.linear.propagation import PROPAGATION
from seswizard.cli.linear.reading_steps import ACCESS, AFTERCARE, ALL, PRODUCTION, SANDBOX
from seswizard.cli.linear.records import RECORDS
from seswizard.cli.linear.walk import LinearStep

WALKED: dict[str, LinearStep] = {
    "access": ACCESS,
    "sandbox": SANDBOX,
    "domain": DOMAIN,
    "records": RECORDS,
    "propagation": PROPAGATION,
    "login": LOGIN,
    "proof": PROOF,
    "production": PRODUCTION,
    "aftercare": AFTERCARE,
    OVERVIEW: ALL,
}
"""By step id, and the overview."""
