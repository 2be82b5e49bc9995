"""The plan of the way back, in words: one line for each link that is missing or broken, then the message."""

import json
from collections.abc import Iterator

from seswizard.actions.proof import Sending
from seswizard.core.plan import Change, Plan, readable
from seswizard.core.policy import Names, queue_policy, topic_policy
from seswizard.core.quoting import aws_command, our_command
from seswizard.core.simulator import BY_API, explained
from seswizard.core.way_back import DESTINATION, EVENT_TYPES, Path, links

_MENDED = {
    "topic policy": ("Topic policy", "SES may publish this set's events; other statements stay"),
    "queue policy": ("Queue policy", "the topic may write into it; other statements stay"),
    "subscription": ("Subscription", "topic to queue"),
    "event destination": ("Event destination", "set to topic: bounces, complaints, deliveries"),
    "destination switched on": ("Event destination", "switched on"),
    "event types": ("Event destination", "bounces, complaints, deliveries"),
}


def plan_path(path: Path, names: Names, sending: Sending, *, default: bool) -> Plan:
    """The missing links and the message; a temporary way says that it is taken away again."""
    changes = list(_changes(path, names.region))
    if default:
        changes.append(
            Change(
                "~",
                "Default set",
                f"{path.way.set}, for mail that names none",
                aws_command(
                    "sesv2 put-email-identity-configuration-set-attributes",
                    region=names.region,
                    email_identity=sending.name,
                    configuration_set_name=path.way.set,
                ),
            )
        )
    undo = our_command("undo", names.domain, region=names.region) if changes and not path.way.temporary else ""
    if sending.to:
        changes.append(Change("+", "Message", f"one to {sending.recipient}"))
    title, verb = ("send the proof", "Send it") if sending.to else ("open the way back for events", "Open it")
    return Plan(title, tuple(changes), verb, undo, tuple(_notes(path, sending, default=default)))


def _changes(path: Path, region: str) -> Iterator[Change]:
    way, fresh = path.way, path.topic is None and path.queue is None
    if path.set is None:
        command = aws_command("sesv2 create-configuration-set", region=region, configuration_set_name=way.set)
        yield Change("+", "Configuration set", way.set, command)
    if path.topic is None:
        yield Change("+", "SNS topic", way.things, aws_command("sns create-topic", region=region, name=way.things))
    if path.queue is None:
        yield Change("+", "SQS queue", way.things, aws_command("sqs create-queue", region=region, queue_name=way.things))
    if fresh:
        yield _way_back(path, region)
        return
    for link in links(path):
        if link.state == "broken" and link.name in _MENDED:
            what, detail = _MENDED[link.name]
            yield Change("~" if link.name in ("destination switched on", "event types") else "+", what, detail)


def _way_back(path: Path, region: str) -> Change:
    """Policies, subscription and destination, in the order in which SES checks them."""
    way, topic, queue = path.way, path.topic_arn, path.queue_arn
    ours = topic_policy(topic=topic, account=path.account, partition=path.partition, region=region, set_name=way.set)
    publishes = {"Enabled": True, "MatchingEventTypes": EVENT_TYPES, "SnsDestination": {"TopicArn": topic}}
    files = {
        "topic-policy.json": json.loads(ours),
        "queue-policy.json": {"Policy": queue_policy(queue=queue, topic=topic)},
        "destination.json": publishes,
    }
    url = f"https://sqs.{region}.amazonaws.com/{path.account}/{way.things}"
    commands = (
        aws_command(
            "sns set-topic-attributes",
            region=region,
            topic_arn=topic,
            attribute_name="Policy",
            attribute_value="file://topic-policy.json",
        ),
        aws_command("sqs set-queue-attributes", region=region, queue_url=url, attributes="file://queue-policy.json"),
        aws_command(
            "sns subscribe",
            region=region,
            topic_arn=topic,
            protocol="sqs",
            notification_endpoint=queue,
            attributes="RawMessageDelivery=true",
        ),
        aws_command(
            "sesv2 create-configuration-set-event-destination",
            region=region,
            configuration_set_name=way.set,
            event_destination_name=DESTINATION,
            event_destination="file://destination.json",
        ),
    )
    documents = tuple((name, readable(said)) for name, said in files.items())
    return Change("+", "Way back", "set to topic to queue: bounces, complaints, deliveries", "\n".join(commands), documents)


def _notes(path: Path, sending: Sending, *, default: bool) -> Iterator[str]:
    if path.way.temporary:
        yield "This way back is temporary: its set, topic and queue are removed again after the message."
    elif not path.way.set_is_ours:
        yield (
            f"{path.way.set} is this identity's set already: our destination is added to it, nothing else is changed. "
            "Nobody is refused by that."
        )
    if default:
        yield (
            "A program whose IAM policy names only the identity would be refused (554) once a default set applies; "
            "the login that seswizard makes is not."
        )
    if sending.to:
        yield from explained(sending.to)
        if sending.via == "api":
            yield BY_API
