"""Properties of Kafka's client, librdkafka, such as those for security: read, checked, and kept secret.

They are those of https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md. The consumers, the
producers and the admin client get them all.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from search_sessions.pipeline.settings import SettingsError

OWNED = {
    "bootstrap.servers": "the brokers are named by --brokers",
    "metadata.broker.list": "the brokers are named by --brokers",
    "group.id": "a group is named by --group",
    "allow.auto.create.topics": "a misspelt topic must not be made",
    "auto.offset.reset": "messages that are gone must end the run",
    "enable.auto.commit": "the recovery store keeps the offsets",
    "enable.auto.offset.store": "the recovery store keeps the offsets",
    "enable.partition.eof": "the run must know the end of a partition",
    "enable.idempotence": "what is written must come in order, and not twice",
    "transactional.id": "the run uses no transactions",
    "message.timeout.ms": "what is written is kept until the broker has it",
    "delivery.timeout.ms": "what is written is kept until the broker has it",
}
"""Properties that the run sets itself, with the reason."""

SECRET = ("password", "secret", "key.pem", "jaas", "oauthbearer.config", "credentials")


def check_config(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties, if none of them is the run's own.

    Raises:
        SettingsError: one is; the message is a sentence.

    """
    for name in options:
        if name in OWNED:
            raise SettingsError(f"The property {name} cannot be set: {OWNED[name]}.")
    return dict(options)


def read_config(path: str) -> dict[str, str]:
    """Return the properties in a file: lines `key=value`. Blank lines, and those after # or !, are none.

    Raises:
        SettingsError: the file cannot be read, or a line is no property; the message is a sentence.

    """
    try:
        with open(path, encoding="utf-8") as file:
            lines = [line.strip() for line in file]
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {getattr(error, 'strerror', error)}.") from None
    numbered = [
        (f"{path}, line {n}", line) for n, line in enumerate(lines, 1) if line and line[0] not in "#!"
    ]
    return dict(_property(place, line) for place, line in numbered)


def parse_config(assignments: Iterable[str]) -> dict[str, str]:
    """Return the properties of `key=value` options.

    Raises:
        SettingsError: one is none; the message is a sentence.

    """
    return dict(_property("-X", assignment) for assignment in assignments)


def _property(place: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():  # not quoted: it may be a password
        raise SettingsError(f"{place}: this is no key=value.")
    return name.strip(), value.strip()


def without_secrets(sentence: str, options: Mapping[str, Any]) -> str:
    """Return the sentence without the values of the properties: quoted ones, and secret ones anywhere."""
    for name, value in options.items():
        sentence = sentence.replace(f'"{value}"', '"..."')
        if value and any(word in name for word in SECRET):
            sentence = sentence.replace(str(value), "...")
    return sentence
