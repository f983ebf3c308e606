"""A process that runs the flow for a share of the users, and sends what comes out of it."""

import os
from collections.abc import Mapping, Sequence
from functools import partial
from multiprocessing.connection import Connection
from typing import NamedTuple

from bytewax.outputs import DynamicOutput, StatelessSink

from search_sessions.engine.run import run_flow
from search_sessions.formats.json_lines import json_lines
from search_sessions.formats.share_reader import share_reader
from search_sessions.formats.tally import Tally
from search_sessions.logs.file_checks import why_not_begun
from search_sessions.logs.fixed_ends import FixedEnds
from search_sessions.logs.source import LogInput
from search_sessions.metrics.search import SearchSummary
from search_sessions.pipeline.counts import LineCounts
from search_sessions.pipeline.flow import search_flow
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.records import Batch, line_reader
from search_sessions.pipeline.report import RunReport
from search_sessions.pipeline.settings import Settings

BLOCK = 256 * 1024
"""Bytes of lines that are sent at a time."""


class Done(NamedTuple):
    """What a share's flow has done: it has come to its end."""

    lines: LineCounts
    bytes_read: int
    sessions: int
    events: int
    searches: int
    clicked: int
    tally: Tally


def run_share(
    connection: Connection, logs: Sequence[str], sizes: Mapping[str, int], settings: Settings, share: int
) -> None:
    """Run the flow for the users of a share, on so many bytes of each log, and send what comes out of it.

    It sends lines of searches, lists of dead letters, from the first share how many bytes it has read, and at
    the end `Done`; or, if a log cannot be read, a sentence.
    """
    reader, report = make_reader(settings), RunReport()
    peek = make_reader(settings).read
    read = share_reader(reader.read, peek, settings.user_field, share, settings.processes)
    lines, letters = SentLines(connection), SentLetters(connection)
    ends = FixedEnds(sizes, (lambda _: None) if share else partial(send, connection))
    try:
        source = LogInput(logs, ends.open)
    except OSError as error:  # it was there a moment ago
        send(connection, why_not_begun(error))
        return
    read_line = line_reader(read, rejects=share == 0)
    run_flow(search_flow(source, read_line, lines, letters, settings, report))
    counts = (report.sessions, report.events, report.searches, report.clicked)
    send(connection, Done(report.lines, ends.read, *counts, reader.tally))


def send(connection: Connection, value: object) -> None:
    """Send a value; where nobody is there to take it, end without a word: the command has said why."""
    try:
        connection.send(value)
    except OSError:
        os._exit(1)


class SentLines(DynamicOutput, StatelessSink):
    """Sends searches as lines, many at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lines = bytearray()

    def build(self, worker_index: int, worker_count: int) -> "SentLines":  # noqa: ARG002
        """Return the sink of the only worker."""
        return self

    def write(self, item: tuple[str, list[SearchSummary]]) -> None:
        """Keep the lines of a session, and send what is kept once it is a block."""
        self._lines += json_lines(item[1])
        if len(self._lines) >= BLOCK:
            self._send_kept()

    def close(self) -> None:
        """Send what is kept."""
        self._send_kept()

    def _send_kept(self) -> None:
        send(self._connection, bytes(self._lines))
        self._lines.clear()


class SentLetters(DynamicOutput, StatelessSink):
    """Sends the dead letters of each batch, as a list."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def build(self, worker_index: int, worker_count: int) -> "SentLetters":  # noqa: ARG002
        """Return the sink of the only worker."""
        return self

    def write(self, item: tuple[str, Batch]) -> None:
        """Send the dead letters of a batch, if it has any."""
        if item[1].dead_letters:
            send(self._connection, item[1].dead_letters)
