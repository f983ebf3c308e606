"""The status line of a run on Kafka, and the account at its end."""

import sys
import time
from threading import Thread

from confluent_kafka import KafkaException

from search_sessions.kafka.flow import Topics
from search_sessions.kafka.report import LiveReport
from search_sessions.kafka.say import CLEAR, say
from search_sessions.pipeline.counts import counted


def show_status(topics: Topics, report: LiveReport, seconds: float | None) -> None:
    """Print the status every so many seconds; None: every minute, or in place every second on a terminal."""
    on_terminal = sys.stderr.isatty()
    interval = seconds or (1.0 if on_terminal else 60.0)

    def repeat() -> None:
        while True:
            time.sleep(interval)
            topics.searches.poll()
            topics.dead_letters.poll()
            line = status_line(topics, report)
            if on_terminal:
                print(CLEAR + line, end="", file=sys.stderr, flush=True)
            else:
                say(line)

    Thread(target=repeat, daemon=True).start()


def status_line(topics: Topics, report: LiveReport) -> str:
    """Return what was done since the start of the run, and how far it is behind."""
    lines = report.lines_so_far()
    misplaced = f", {topics.keys.misplaced:,} not keyed by user" if topics.keys.misplaced else ""
    return (
        f"{counted(lines.events, 'event')}, {lines.rejected:,} rejected, {lines.late:,} late{misplaced}; "
        f"{counted(report.open_sessions, 'session')} open, "
        f"{counted(topics.searches.written, 'search', 'searches')} written; lag {lag(topics)}"
    )


def lag(topics: Topics) -> str:
    """Return how far the run is behind: since when there is more to read, at the most, and how much."""
    try:
        behind = [(source, end) for source, end in topics.source.ends() if end > source.offset]
    except KafkaException:
        return "unknown"
    if not behind:
        return "0.0 s, 0 messages"
    messages = sum(end - max(source.offset, 0) for source, end in behind)
    times = [source.time for source, _ in behind if source.time is not None]
    seconds = f"{max(0.0, time.time() - min(times)):.1f}" if times else "?"
    return f"{seconds} s, {counted(messages, 'message')}"


def account(topics: Topics, report: LiveReport, *, recovery: bool) -> str:
    """Return what became of every message that this run has read, and of the sessions that are open."""
    lines = report.lines_so_far()
    hint = "the next run goes on from here" if recovery else "without --recovery, what was open is lost"
    return (
        f"{lines.sentence(noun='message')} "
        f"{counted(report.sessions, 'session')} closed, "
        f"{counted(topics.searches.written, 'search', 'searches')} written. "
        f"{counted(report.open_sessions, 'session')} open: {hint}."
    )
