"""The account: every line is found again in the last line of a run, and what the engine drops is late."""

from helpers import at
from search_sessions.account import Account, Tally
from search_sessions.events import ClickResult, Event, Results, Search
from search_sessions.metrics import summarize


def test_the_account_is_a_sentence() -> None:
    account = Account(events=1_000, ignored=200, rejected=30, late=4)
    assert account.sentence() == "1,234 lines: 1,000 events, 200 ignored, 30 rejected, 4 late."
    assert account.sentence(" in 7 sessions").startswith("1,234 lines: 1,000 events in 7 sessions, ")


def test_a_query_is_one_event_though_it_may_have_results() -> None:
    tally = Tally()
    tally.take(Account(events=2))
    session: list[Event] = [
        Search("u", at(0), "dogs"),
        Results("u", at(0), ("x",)),
        ClickResult("u", at(1), "x"),
    ]
    [visit] = tally.split(("u", session))
    tally.count(summarize(visit)[1])
    assert str(tally) == (
        "2 lines: 2 events in 1 sessions, 0 ignored, 0 rejected, 0 late. 1 searches, 1 clicked: CTR 1.000."
    )


def test_what_went_into_the_flow_and_is_in_no_session_is_late() -> None:
    tally = Tally()
    tally.take(Account(events=3, late=1))
    tally.split(("u", [Search("u", at(0), "dogs")]))
    assert tally.lost == 2
    assert str(tally).startswith("4 lines: 1 events in 1 sessions, 0 ignored, 0 rejected, 3 late.")
