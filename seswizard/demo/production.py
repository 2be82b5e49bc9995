"""The scenario in which everything is done: what the wizard would have made, made here without it.

The names at the top are the product's own; they are repeated here because the world must not learn them from the
code that it exists to test.
"""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from seswizard.core.login import smtp_password
from seswizard.core.remembered import DomainChoices, Proof
from seswizard.core.secret import Secret
from seswizard.demo.aws import backend
from seswizard.demo.colleague import DMARC, SPF
from seswizard.demo.place import ACCOUNT_ID, DOMAIN, REGION
from seswizard.demo.policy import Document
from seswizard.demo.ses import Params, identities, verification
from seswizard.demo.ses.region import ConfigurationSet, Destination, Region
from seswizard.gateways.state import StateGateway
from seswizard.gateways.state_directory import StateDirectory

if TYPE_CHECKING:
    from seswizard.demo.world import World

TAGS = {"made-by": "seswizard", "seswizard-domain": DOMAIN, "seswizard-region": REGION}
MAIL_FROM = f"bounce.{DOMAIN}"
USER, USER_PATH, POLICY = f"seswizard-{DOMAIN}-{REGION}", "/seswizard/", "seswizard-send"
CONFIGURATION_SET, DESTINATION = "seswizard-example-com", "seswizard-events"
TOPIC = QUEUE = CONFIGURATION_SET
EVENT_TYPES = ("SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "DELIVERY_DELAY")
VAULT_SERVICE, VAULT_ENTRY = "seswizard", f"{DOMAIN}/{REGION}"
TTL = 5


def seed(world: "World") -> None:
    """Production access, a verified domain, a login that is kept, events that arrive, and a proof."""
    with world.ses.lock:
        region = world.ses.region(REGION)
        region.account.details = {"MailType": "TRANSACTIONAL", "WebsiteURL": f"https://{DOMAIN}/", "ContactLanguage": "EN"}
        region.account.case = "171000000000001"
        world.ses.decide_review(REGION, "GRANTED")
        _events(region)
        _identity(world, region)
    _login(world)
    seed_proof(world)


def _events(region: Region) -> None:
    own_set = region.arn("configuration-set", CONFIGURATION_SET)
    topic_arn, queue_arn = f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:{TOPIC}", f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{QUEUE}"
    ses_may_publish = {
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic_arn,
        "Condition": {"StringEquals": {"AWS:SourceAccount": ACCOUNT_ID, "AWS:SourceArn": own_set}},
    }
    sns_may_send = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    backend.create_topic(REGION, TOPIC, _document(ses_may_publish), TAGS)
    backend.create_queue(REGION, QUEUE, _document(sns_may_send), TAGS)
    backend.subscribe_queue(topic_arn, queue_arn)
    destination = Destination(DESTINATION, topic_arn, EVENT_TYPES)
    region.sets[CONFIGURATION_SET] = ConfigurationSet(CONFIGURATION_SET, dict(TAGS), {DESTINATION: destination})


def _identity(world: "World", region: Region) -> None:
    named = Params({"EmailIdentity": DOMAIN, "MailFromDomain": MAIL_FROM, "ConfigurationSetName": CONFIGURATION_SET})
    identities.create(world.ses, region, named)
    identities.put_mail_from(world.ses, region, named)
    identity = region.identities[DOMAIN]
    identity.tags |= TAGS
    for token in identity.tokens:
        world.dns.publish(f"{token}._domainkey.{DOMAIN}", "CNAME", f"{token}.{identity.hosted_zone}", ttl=TTL)
    world.dns.publish(MAIL_FROM, "MX", f"10 feedback-smtp.{REGION}.amazonses.com", ttl=TTL)
    world.dns.publish(MAIL_FROM, "TXT", SPF, ttl=TTL)
    world.dns.publish(f"_dmarc.{DOMAIN}", "TXT", DMARC, ttl=TTL)
    verification.look(world.ses, region, identity)


def _login(world: "World") -> None:
    ours = f"arn:aws:ses:{REGION}:{ACCOUNT_ID}"
    may_send = {
        "Effect": "Allow",
        "Action": "ses:SendRawEmail",
        "Resource": [f"{ours}:identity/*", f"{ours}:configuration-set/seswizard-*"],
        "Condition": {"StringLike": {"ses:FromAddress": [f"*@{DOMAIN}", f"*@*.{DOMAIN}"]}},
    }
    backend.create_user(USER, USER_PATH, TAGS)
    backend.put_policy(USER, POLICY, _document(may_send))
    key = backend.create_key(USER)
    password = smtp_password(Secret(key.secret), REGION).reveal()
    world.vault.write(VAULT_SERVICE, VAULT_ENTRY, json.dumps({"username": key.key_id, "password": password}))
    world.kept_key = key.key_id


def _document(statement: Mapping[str, object]) -> Document:
    return {"Version": "2012-10-17", "Statement": [statement]}


def seed_proof(world: "World") -> None:
    """Leave the choices and the proof of a bounce in the state directory, as the wizard would have."""
    state = StateGateway(StateDirectory(world.state_dir))
    choices = DomainChoices(DOMAIN, REGION, ACCOUNT_ID, mail_from=MAIL_FROM, login_keep="keyring", iam_user=USER)
    now = datetime.now(UTC)
    message_id = f"0102{int(now.timestamp() * 1000):012x}-{uuid4()}-000000"

    async def save() -> None:
        await state.save_choices(choices)
        await state.save_proof(DOMAIN, REGION, Proof(message_id, world.kept_key, "Bounce", now))

    asyncio.run(save())
