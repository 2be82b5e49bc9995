"""Where every scenario plays: the domain, the region and the account that the wizard is shown."""

from seswizard.demo.ses.region import ACCOUNT_ID

DOMAIN = "example.com"
REGION = "eu-west-1"

__all__ = ["ACCOUNT_ID", "DOMAIN", "REGION"]
