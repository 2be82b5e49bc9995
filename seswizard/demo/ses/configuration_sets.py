"""Configuration sets and their event destinations; SNS is the only kind of destination here.

SES tries a topic before it accepts it: it must exist and its policy must let SES publish for this configuration set.
"""

import re

from seswizard.demo.policy import Question, decide
from seswizard.demo.refusal import RefusedError
from seswizard.demo.ses.paging import page
from seswizard.demo.ses.params import Params
from seswizard.demo.ses.region import ACCOUNT_ID, ConfigurationSet, Destination, Region
from seswizard.demo.ses.service import Answer, Ses

SUBJECT = "Amazon SES Email Event Notification"
VALIDATION = "Successfully validated SNS topic for Amazon SES event publishing."
_TYPES = frozenset("SEND REJECT BOUNCE COMPLAINT DELIVERY OPEN CLICK RENDERING_FAILURE DELIVERY_DELAY SUBSCRIPTION".split())


def may_publish(ses: Ses, region: Region, configuration_set: str, topic: str) -> bool:
    """Whether the topic exists and lets SES publish for this configuration set."""
    policy = ses.topics.policy(topic)
    context = {
        "aws:SourceAccount": (ACCOUNT_ID,),
        "aws:SourceArn": (region.arn("configuration-set", configuration_set),),
    }
    question = Question("sns:Publish", topic, context, principal="ses.amazonaws.com")
    return policy is not None and decide((policy,), question) == "allowed"


def _find(region: Region, params: Params) -> ConfigurationSet:
    name = params.text("ConfigurationSetName")
    if name not in region.sets:
        raise RefusedError("NotFoundException", f"Configuration set <{name}> does not exist.")
    return region.sets[name]


def _find_destination(region: Region, params: Params) -> tuple[ConfigurationSet, str]:
    found, name = _find(region, params), params.text("EventDestinationName")
    if name not in found.destinations:
        raise RefusedError("NotFoundException", f"Event destination <{name}> does not exist.")
    return found, name


def create(ses: Ses, region: Region, params: Params) -> Answer:
    """Make a configuration set."""
    name = params.text("ConfigurationSetName")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise RefusedError("BadRequestException", f"Configuration set name <{name}> is invalid.")
    if name in region.sets:
        raise RefusedError("AlreadyExistsException", f"Configuration set <{name}> already exists.")
    region.sets[name] = ConfigurationSet(name, tags=params.pairs("Tags"))
    return {}


def get(ses: Ses, region: Region, params: Params) -> Answer:
    """A configuration set, with AWS's defaults."""
    found = _find(region, params)
    return {
        "ConfigurationSetName": found.name,
        "SendingOptions": {"SendingEnabled": True},
        "ReputationOptions": {"ReputationMetricsEnabled": False},
        "DeliveryOptions": {"TlsPolicy": "OPTIONAL"},
        "Tags": [{"Key": key, "Value": value} for key, value in found.tags.items()],
    }


def listing(ses: Ses, region: Region, params: Params) -> Answer:
    """The names of the configuration sets, in pages."""
    names, following = page(sorted(region.sets), params)
    return {"ConfigurationSets": list(names), **following}


def delete(ses: Ses, region: Region, params: Params) -> Answer:
    """Remove a configuration set with its destinations; identities that had it as default lose it."""
    name = _find(region, params).name
    del region.sets[name]
    for identity in region.identities.values():
        if identity.configuration_set == name:
            identity.configuration_set = None
    return {}


def create_destination(ses: Ses, region: Region, params: Params) -> Answer:
    """Add an event destination, after trying its topic."""
    found, name = _find(region, params), params.text("EventDestinationName")
    if name in found.destinations:
        raise RefusedError("AlreadyExistsException", f"An event destination with name <{name}> already exists.")
    found.destinations[name] = _tried(ses, region, found, name, params.group("EventDestination"))
    return {}


def update_destination(ses: Ses, region: Region, params: Params) -> Answer:
    """Replace an event destination, after trying its topic."""
    found, name = _find_destination(region, params)
    found.destinations[name] = _tried(ses, region, found, name, params.group("EventDestination"))
    return {}


def _tried(ses: Ses, region: Region, found: ConfigurationSet, name: str, wanted: Params) -> Destination:
    topic, types = wanted.group("SnsDestination").text("TopicArn"), wanted.texts("MatchingEventTypes")
    if not topic:
        raise RefusedError("BadRequestException", "The embedded world knows SNS destinations only.")
    if not types or not set(types) <= _TYPES:
        raise RefusedError("BadRequestException", "At least one known event type is required.")
    if not may_publish(ses, region, found.name, topic):
        raise RefusedError("BadRequestException", f"Could not publish to SNS topic <{topic}>.")
    ses.topics.publish(topic, SUBJECT, VALIDATION)
    return Destination(name, topic, types, wanted.flag("Enabled"))


def destinations(ses: Ses, region: Region, params: Params) -> Answer:
    """The event destinations of a configuration set."""
    return {
        "EventDestinations": [
            {
                "Name": one.name,
                "Enabled": one.enabled,
                "MatchingEventTypes": list(one.types),
                "SnsDestination": {"TopicArn": one.topic},
            }
            for one in _find(region, params).destinations.values()
        ]
    }


def delete_destination(ses: Ses, region: Region, params: Params) -> Answer:
    """Remove an event destination."""
    found, name = _find_destination(region, params)
    del found.destinations[name]
    return {}


ANSWERS = {
    "CreateConfigurationSet": create,
    "GetConfigurationSet": get,
    "ListConfigurationSets": listing,
    "DeleteConfigurationSet": delete,
    "CreateConfigurationSetEventDestination": create_destination,
    "GetConfigurationSetEventDestinations": destinations,
    "UpdateConfigurationSetEventDestination": update_destination,
    "DeleteConfigurationSetEventDestination": delete_destination,
}
