"""The world's SES v2: a state machine per region that the world's DNS, SNS and SMTP act upon.

Nothing in here knows how the calls arrive; `seswizard.demo.aws` brings them, `seswizard.demo.smtp` brings mail.
"""

from collections.abc import Callable

from seswizard.demo.ses import account, configuration_sets, identities, sending
from seswizard.demo.ses.params import Params
from seswizard.demo.ses.region import Region
from seswizard.demo.ses.service import Answer, Ses

ANSWERS: dict[str, Callable[[Ses, Region, Params], Answer]] = {
    **account.ANSWERS,
    **identities.ANSWERS,
    **configuration_sets.ANSWERS,
    **sending.ANSWERS,
}
"""Every SES v2 operation that the world answers."""

__all__ = ["ANSWERS", "Answer", "Params", "Region", "Ses"]
