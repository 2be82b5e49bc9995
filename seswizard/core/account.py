"""What AWS says of the caller and of the SES account in one region."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks (sts:GetCallerIdentity)."""

    account: str
    arn: str

    @property
    def name(self) -> str:
        """The user or role session, without the rest of the ARN."""
        return self.arn.rsplit("/", 1)[-1] if "/" in self.arn else self.arn.rsplit(":", 1)[-1]

    @property
    def partition(self) -> str:
        """`aws`, `aws-us-gov` …"""
        return self.arn.split(":")[1] if self.arn.count(":") > 1 else "aws"

    @property
    def is_root(self) -> bool:
        """Whether this is the account's root user, who should not work here."""
        return self.arn.endswith(":root")


@dataclass(frozen=True, slots=True)
class Quota:
    """How much may be sent in this region."""

    per_day: float
    """Recipients in 24 hours; -1 means unlimited."""
    per_second: float
    sent: float
    """Recipients in the last 24 hours."""

    @property
    def left(self) -> float | None:
        """Recipients left in this 24 hours; None for unlimited."""
        return None if self.per_day < 0 else max(0.0, self.per_day - self.sent)


@dataclass(frozen=True, slots=True)
class Account:
    """The SES account in one region (sesv2 GetAccount)."""

    production: bool
    sending_enabled: bool
    enforcement: str
    """HEALTHY, PROBATION or SHUTDOWN; other words may come."""
    quota: Quota
    review: str | None = None
    """PENDING, FAILED, GRANTED or DENIED, when production was asked for."""
    case_id: str | None = None
    plan: str | None = None
    """NONE, ESSENTIALS, PRO or ENTERPRISE, where AWS says so."""
    suppressed_reasons: tuple[str, ...] = ()
