"""Properties of Kafka's client: where they come from, which are refused, and that no secret is said."""

import socket
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("confluent_kafka")

from confluent_kafka import Consumer, KafkaException, Producer
from rig import LIMIT

from search_sessions.kafka.client_config import check_config, parse_config, read_config
from search_sessions.kafka.cluster import Cluster
from search_sessions.kafka.command import client_options, main
from search_sessions.kafka.options import make_parser
from search_sessions.pipeline.settings import SettingsError

NOWHERE = "127.0.0.1:1"
TLS_HANDSHAKE = b"\x16"


def test_a_file_holds_a_property_a_line_and_the_command_line_overrides_it(tmp_path: Path) -> None:
    file = tmp_path / "client.properties"
    file.write_text("# security\n\nsasl.username = me\nsasl.password=a=b \nclient.id=file\n")
    given = ["--brokers", NOWHERE, "--topic", "ubi", "--config", str(file), "-X", "client.id=option"]
    options = client_options(make_parser().parse_args(given))
    assert options == {"sasl.username": "me", "sasl.password": "a=b", "client.id": "option"}


def test_the_help_names_the_defaults_of_a_stream() -> None:
    text = " ".join(make_parser().format_help().split())
    for words in ("events may come (10)", "without losing events (10)", "makes the run do again (1)"):
        assert words in text


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--config", "no.properties"], "no.properties cannot be read: No such file or directory.\n"),
        (["--status", "0"], "The time between two lines of status must be a number of seconds "),
        (["--process", "1"], "--process must be from 0 to 0, not 1.\n"),
        (
            ["--process", "2", "--address", "a:1", "--address", "b:1"],
            "--process must be from 0 to 1, not 2.\n",
        ),
        (["--gap", "0"], "The gap must be a number of minutes of at least a millisecond, "),
        (["--max-delay", "600"], "The wait, 0:10:00, must be longer than the delay, 0:10:00, which is "),
    ],
)
def test_what_cannot_be_used_is_a_sentence_and_status_2(
    options: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--brokers", NOWHERE, "--topic", "ubi", *options]) == 2
    assert capsys.readouterr().err.startswith(says)


def test_what_is_no_property_is_said_by_its_place_and_not_quoted(tmp_path: Path) -> None:
    file = tmp_path / "client.properties"
    file.write_text("client.id=me\nhunter2\n")
    with pytest.raises(SettingsError) as error:
        read_config(str(file))
    assert str(error.value) == f"{file}, line 2: this is no key=value."
    with pytest.raises(SettingsError, match=r"^-X: this is no key=value\.$"):
        parse_config(["hunter2"])
    with pytest.raises(SettingsError, match=r"missing cannot be read: No such file or directory\."):
        read_config(str(tmp_path / "missing"))


@pytest.mark.parametrize(
    "name", ["auto.offset.reset", "enable.partition.eof", "enable.idempotence", "group.id"]
)
def test_a_property_that_the_run_sets_itself_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^The property {name} cannot be set: "):
        check_config({name: "x"})


@pytest.mark.parametrize(
    "properties",
    [
        {"security.protocol": "hunter2"},
        {"no.such.property": "hunter2"},
        {"sasl.jaas.config": "password=hunter2"},
        {"ssl.key.pem": "hunter2", "security.protocol": "SSL"},
        {"sasl.password": "hunter2", "acks": "1"},
    ],
)
def test_a_property_that_the_client_refuses_is_one_sentence_without_its_value(
    properties: dict[str, Any],
) -> None:
    with pytest.raises(SettingsError) as error:
        Cluster(NOWHERE, properties)
    assert str(error.value).startswith("Kafka's client refuses its properties: ")
    assert "hunter2" not in str(error.value)


def test_the_settings_of_tls_reach_consumer_producer_and_admin_client() -> None:
    # No broker here speaks TLS, but what each client sends first tells: a handshake.
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        server.settimeout(LIMIT)
        cluster = Cluster("127.0.0.1:{1}".format(*server.getsockname()), {"security.protocol": "SSL"})
        for client in (Consumer(cluster.consumer_config), Producer(cluster.producer_config), cluster.admin):
            with suppress(KafkaException):
                client.list_topics(timeout=0.5)
            connection, _ = server.accept()
            stack.enter_context(connection)  # open to the end: a client that is cut off would come again
            connection.settimeout(LIMIT)
            assert connection.recv(1) == TLS_HANDSHAKE


def test_a_client_without_the_settings_of_sasl_that_it_needs_is_refused() -> None:
    security = {"security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.password": "hunter2"}
    with pytest.raises(SettingsError, match=r"sasl\.username and sasl\.password must be set"):
        Cluster(NOWHERE, security)
