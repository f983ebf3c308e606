"""Exercise 1: change the gap, and predict the sessions.

Task: at a gap of 30 minutes the sample has three sessions, which are written below. Set the gap to 10
minutes, and write the sessions that you expect. The sample is src/search_sessions/sample.py; chapter 2 of
the README draws it.

Run:    uv run --group test pytest examples/exercises -k ex1
Expect: `1 passed`. Then `uv run python examples/exercises/ex1_gap.py` prints the sessions and their rates.
"""

from datetime import timedelta

from bytewax.testing import run_main

from search_sessions.steps import print_step, tutorial_flow

# ----- Your part -----------------------------------------------------------------------------------------

GAP = timedelta(minutes=30)

EXPECTED = [  # a session a line: its user, the time of its first event, the time of its last event
    ("1", "09:00", "09:02"),
    ("1", "09:45", "09:45"),
    ("2", "09:03", "09:18"),
]

# ----- The end of your part ------------------------------------------------------------------------------


def main() -> None:
    """Run the tutorial at this gap, and print its sessions."""
    run_main(tutorial_flow(GAP, lambda step, item: print_step(step, item) if step == "fold_window" else None))


if __name__ == "__main__":
    main()
