"""What a search team reads on Monday: the metrics of a log, its top queries, and those that find nothing.

A row of the table is a name, a value, and the definition, for under one name there are several. `rates`
and `metrics` have the sources. What has no value is shown as a dash, in JSON as null.
"""

import json
from argparse import ArgumentParser
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

from search_sessions.logs.collect import collect_log
from search_sessions.metrics.rates import Quality, Searches, click_through_rate, quality

EXAMPLE = Path(__file__).parent.parent / "data" / "example.ndjson"
TOP = 10

ROWS = (
    ("searches", "searches", "d", ""),
    ("sessions", "sessions", "d", "sessions with a search"),
    ("CTR", "ctr", ".3f", "clicked searches ÷ searches"),
    ("abandonment", "abandonment", ".3f", "searches without a click ÷ searches"),
    ("session abandonment", "session_abandonment", ".3f", "sessions without a click ÷ sessions"),
    ("zero-result rate", "zero_result_rate", ".3f", "searches shown nothing ÷ searches with known results"),
    (
        "MRR of the first click",
        "mean_reciprocal_rank",
        ".3f",
        "mean of 1 ÷ rank of the first click, 0 without",
    ),
    ("median time to first click", "median_seconds_to_first_click", ".1f", "seconds, of clicked searches"),
    ("reformulation rate", "reformulation_rate", ".3f", "searches that another query follows ÷ searches"),
    ("repeat rate", "repeat_rate", ".3f", "searches that the same query follows ÷ searches"),
    ("searches per session", "searches_per_session", ".2f", "searches ÷ sessions"),
)

WARNING = """\
A warning: Radlinski, Kurup and Joachims (CIKM 2008) tried eight such metrics, and none told reliably
which of two rankings was the better one. Comparisons side by side, by interleaving, did."""


def show(value: float | None, form: str) -> str:
    """Return the value as text: a dash if there is none."""
    return "-" if value is None else format(value, form)


def metrics_table(metrics: Quality) -> str:
    """Return the metrics, a row each, with their definitions."""
    values = asdict(metrics)
    return "\n".join(
        f"{name:<28}{show(values[field], form):>8}   {meaning}".rstrip()
        for name, field, form, meaning in ROWS
    )


def top_queries(searches: Searches) -> list[tuple[str, int, float | None, int]]:
    """Return each query with its searches, its CTR and its zero-result searches, the most searched first."""
    by_query = defaultdict(list)
    for search in searches:
        by_query[search.query].append(search)
    rows = [
        (q, len(of), click_through_rate(of), sum(s.results == 0 for s in of)) for q, of in by_query.items()
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def main() -> None:
    """Read a log and print what its searches say."""
    parser = ArgumentParser(description="The metrics of a search log.")
    parser.add_argument("log", nargs="?", default=str(EXAMPLE), help="a log in the UBI format")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    options = parser.parse_args()

    run = collect_log(options.log)
    metrics, queries = quality(run.searches), top_queries(run.searches)
    top = queries[:TOP]
    nothing = sorted((row for row in queries if row[3]), key=lambda row: (-row[3], row[0]))[:TOP]
    if options.json:
        found = {"top_queries": [{"query": q, "searches": n, "ctr": rate} for q, n, rate, _ in top]}
        empty = {"zero_result_queries": [{"query": q, "zero_result_searches": n} for q, _, _, n in nothing]}
        print(json.dumps(asdict(metrics) | found | empty, indent=2))
        return
    print(run.report.lines.sentence(), metrics_table(metrics), sep="\n\n")
    print(f"\n{'most searched':<28}{'searches':>8}{'CTR':>8}")
    for query, count, rate, _ in top:
        print(f"{query:<28}{count:>8}{show(rate, '.3f'):>8}")
    print(f"\n{'found nothing':<28}{'searches':>8}")
    for query, _, _, count in nothing:
        print(f"{query:<28}{count:>8}")
    print(f"\n{WARNING}")


if __name__ == "__main__":
    main()
