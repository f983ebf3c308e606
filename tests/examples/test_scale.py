"""The throughput example: every way to run finds the same searches."""

import pytest

from programs import printed_by


@pytest.mark.slow
def test_however_it_is_run_a_log_has_the_same_searches() -> None:
    printed = printed_by("scale/throughput.py", "--events", "2000").splitlines()
    assert printed[-1] == "All found the same searches."
    assert [line.split("  ")[0] for line in printed[2:6]] == [
        "plain loop",
        "search_sessions",
        "DuckDB, in one query",
        "one event at a time",
    ]
