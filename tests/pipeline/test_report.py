"""The report: every line is found again in the last line of a run, and what the engine drops is late."""

from helpers import at
from search_sessions.events import ClickResult, Event, Results, Search
from search_sessions.metrics.search import summarize_session
from search_sessions.pipeline.counts import LineCounts
from search_sessions.pipeline.report import RunReport
from search_sessions.sessions import UserSession


def test_the_counts_are_a_sentence() -> None:
    counts = LineCounts(events=1_000, ignored=200, rejected=30, late=4)
    assert counts.sentence() == "1,234 lines: 1,000 events, 200 ignored, 30 rejected, 4 late."
    assert counts.sentence(" in 7 sessions").startswith("1,234 lines: 1,000 events in 7 sessions, ")


def test_one_of_a_kind_is_in_the_singular() -> None:
    assert LineCounts(events=3, rejected=1, further=3).sentence() == (
        "1 line with 4 records: 3 events, 0 ignored, 1 rejected, 0 late."
    )
    assert LineCounts(events=1).sentence() == "1 line: 1 event, 0 ignored, 0 rejected, 0 late."


def test_sessions_their_events_and_their_searches_are_counted() -> None:
    report = RunReport()
    report.take_lines(LineCounts(events=3))
    events: list[Event] = [
        Search("u", at(0), "dogs"),
        Results("u", at(0), ("x",)),
        ClickResult("u", at(1), "x"),
    ]
    session: UserSession = ("u", events)
    report.count_session(session, summarize_session(session))
    assert str(report) == (
        "3 lines: 3 events in 1 session, 0 ignored, 0 rejected, 0 late. 1 search, 1 clicked: CTR 1.000."
    )


def test_what_went_into_the_flow_and_is_in_no_session_is_late() -> None:
    report = RunReport()
    report.take_lines(LineCounts(events=3, late=1))
    report.count_session(("u", [Search("u", at(0), "dogs")]), [])
    assert report.dropped == 2
    assert str(report).startswith("4 lines: 1 event in 1 session, 0 ignored, 0 rejected, 3 late.")
