"""What the page shows: one bounded state, of which each browser gets what it has not seen."""

import asyncio
from typing import Any

from view import LANES, MARKS, SEARCHES, SESSIONS, View

TIMES = {"first": 0, "start": 0, "speed": 1, "gap": 30, "wait": 1}


def a_view() -> View:
    view = View()
    view.take(TIMES)
    return view


def come(view: View, *events: tuple[str, int]) -> None:
    """Let events of users come."""
    marks = [[user, time, "Search", "dogs"] for user, time in events]
    counts = {"events": len(marks), "late": 0, "rejected": 0}
    view.take({"events": marks, "late": [], "counts": counts, "watermark": 0})


def shown(view: View, seen: int = 0) -> tuple[int, dict[str, Any]]:
    """Return what a browser is told that has seen a version."""
    return asyncio.run(asyncio.wait_for(view.change(seen), 10))


def test_who_comes_late_is_told_everything() -> None:
    view = a_view()
    come(view, ("u1", 1))
    come(view, ("u2", 2))
    assert [lane.user for lane in shown(view)[1]["lanes"]] == ["u1", "u2"]


def test_who_was_there_is_told_what_is_new() -> None:
    view = a_view()
    come(view, ("u1", 1))
    seen, _ = shown(view)
    come(view, ("u2", 2))
    come(view, ("u2", 3))
    _, new = shown(view, seen)
    assert [(lane.user, len(lane.marks)) for lane in new["lanes"]] == [("u2", 2)]


def test_a_session_grows_until_the_gap_is_reached() -> None:
    view = a_view()
    come(view, ("u1", 0), ("u1", 29), ("u1", 59))
    [lane] = shown(view)[1]["lanes"]
    assert [(session["start"], session["end"], session["events"]) for session in lane.sessions] == [
        (0, 29, 2),
        (59, 59, 1),
    ]


def test_a_search_appears_with_the_session_that_has_ended() -> None:
    view = a_view()
    come(view, ("u1", 0), ("u1", 40))
    view.take({"session": ["u1", 0, 0, 1]})
    view.take({"search": ["u1", 0, "dogs", 1.0]})
    _, new = shown(view)
    assert [(session["ended"], session["searches"]) for session in new["lanes"][0].sessions] == [
        (True, [["dogs", 1.0]]),
        (False, []),
    ]
    assert new["counts"] == {
        "events": 2,
        "late": 0,
        "rejected": 0,
        "sessions": 1,
        "searches": 1,
        "clicked": 1,
    }


def test_a_late_event_is_shown_and_grows_no_session() -> None:
    view = a_view()
    late = {"events": [], "late": [["u1", 3, "Search", "dogs"]], "watermark": 5}
    view.take({**late, "counts": {"events": 0, "late": 1, "rejected": 0}})
    [lane] = shown(view)[1]["lanes"]
    assert (lane.marks, lane.sessions) == ([[3, "Search", "dogs", "late"]], [])


def test_a_new_user_takes_the_lane_of_the_one_who_came_longest_ago() -> None:
    view = a_view()
    come(view, *((f"u{number}", number) for number in range(LANES)))
    come(view, ("u0", LANES), ("new", LANES + 1))
    _, new = shown(view)
    assert "u1" not in new["users"]
    assert {lane.user: lane.place for lane in new["lanes"]}["new"] == 1
    assert sorted(lane.place for lane in new["lanes"]) == list(range(LANES))


def test_a_session_of_a_user_who_is_not_shown_counts() -> None:
    view = a_view()
    view.take({"session": ["gone", 0, 0, 1]})
    view.take({"search": ["gone", 0, "dogs", 0.0]})
    _, new = shown(view)
    assert new["lanes"] == []
    assert (new["counts"]["sessions"], new["counts"]["searches"], new["counts"]["clicked"]) == (1, 1, 0)


def test_whatever_comes_what_is_shown_is_bounded() -> None:
    view = a_view()
    come(view, *((f"u{number // 1000}", number) for number in range(20_000)))
    for _ in range(1000):
        view.take({"search": ["u19", 19_990, "dogs", 1.0]})
    lanes = shown(view)[1]["lanes"]
    assert len(lanes) == LANES
    assert max(len(lane.marks) for lane in lanes) == MARKS
    assert max(len(lane.sessions) for lane in lanes) <= SESSIONS
    assert max(len(session["searches"]) for lane in lanes for session in lane.sessions) == SEARCHES


def test_a_new_run_forgets_the_old_one() -> None:
    view = a_view()
    come(view, ("u1", 1))
    seen, old = shown(view)
    view.start()
    _, new = shown(view, seen)
    assert new["run"] == old["run"] + 1
    assert (new["users"], new["counts"]) == ([], {})
