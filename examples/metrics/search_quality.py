"""What a search team reads on Monday: the metrics of a log, its top queries, and those that find nothing.

A row of the table is a name, a value, and the definition, for under one name there are several. Where a value
is not known for all, the definition says for how many it is. The room `metrics` has the sources. What has no
value is shown as a dash, in JSON as null.
"""

import json
from argparse import ArgumentParser
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

from search_sessions.logs.collect import read_log, readable_log
from search_sessions.metrics.one_line import one_line
from search_sessions.metrics.rates import Quality, Searches, click_through_rate, quality
from search_sessions.pipeline.options import parse_settings

EXAMPLE = str(Path(__file__).parent.parent / "data" / "example.ndjson")
TOP = 10

# Each has a name, its field of `Quality`, and a definition.
ROWS = (
    ("searches", "searches", ""),
    ("sessions", "sessions", "sessions with a search"),
    ("CTR", "ctr", "clicked searches ÷ searches"),
    ("abandonment", "abandonment", "searches without a click ÷ searches"),
    ("session abandonment", "session_abandonment", "sessions without a click ÷ sessions"),
    (
        "zero-result rate",
        "zero_result_rate",
        "shown nothing ÷ results known, {with_results} of {searches} searches",
    ),
    (
        "MRR of the first click",
        "mean_reciprocal_rank",
        "mean of 1 ÷ rank, known for {ranked} of {clicked} clicked",
    ),
    ("median time to first click", "median_seconds_to_first_click", "seconds, of {clicked} clicked searches"),
    ("reformulation rate", "reformulation_rate", "searches that another query follows ÷ searches"),
    ("repeat rate", "repeat_rate", "searches that the same query follows ÷ searches"),
    ("searches per session", "searches_per_session", "searches ÷ sessions"),
)
FORMATS = {
    "searches": "d",
    "sessions": "d",
    "median_seconds_to_first_click": ".1f",
    "searches_per_session": ".2f",
}

WARNING = """\
A warning: Radlinski, Kurup and Joachims (CIKM 2008) tried eight such metrics, and none told reliably
which of two rankings was the better one. Comparisons side by side, by interleaving, did."""


@dataclass(frozen=True)
class Query:
    """A query; `with_results` counts its searches with known results. None found nothing: None, not 0."""

    query: str
    searches: int
    ctr: float | None
    with_results: int
    zero_result_searches: int | None


def top_queries(searches: Searches) -> list[Query]:
    """Return the queries, the most searched first."""
    by_query = defaultdict(list)
    for search in searches:
        by_query[search.query].append(search)
    queries = []
    for query, of in by_query.items():
        shown = [search.results for search in of if search.results is not None]
        queries.append(Query(query, len(of), click_through_rate(of), len(shown), shown.count(0) or None))
    return sorted(queries, key=lambda query: (-query.searches, query.query))


def found_nothing(queries: list[Query]) -> list[Query]:
    """Return the queries that found nothing, those that did so most often first."""
    nothing = [query for query in queries if query.zero_result_searches]
    return sorted(nothing, key=lambda query: (-(query.zero_result_searches or 0), query.query))


def show(value: float | None, form: str) -> str:
    """Return the value as text: a dash if there is none."""
    return "-" if value is None else format(value, form)


def metrics_table(metrics: Quality) -> str:
    """Return the metrics, a row each, with their definitions."""
    values = asdict(metrics)
    return "\n".join(
        f"{name:<28}{show(values[field], FORMATS.get(field, '.3f')):>8}   {meaning.format(**values)}".rstrip()
        for name, field, meaning in ROWS
    )


def print_tables(metrics: Quality, queries: list[Query]) -> None:
    """Print the metrics and the queries."""
    print(f"{metrics_table(metrics)}\n\n{'most searched':<28}{'searches':>8}{'CTR':>8}")
    for query in queries[:TOP]:
        print(f"{one_line(query.query):<28}{query.searches:>8}{show(query.ctr, '.3f'):>8}")
    known = metrics.zero_result_rate is not None
    print(
        f"\n{'found nothing':<28}{'searches' if known else '-':>8}{'of known' if known else '':>10}".rstrip()
    )
    for query in found_nothing(queries)[:TOP]:
        print(f"{one_line(query.query):<28}{query.zero_result_searches:>8}{query.with_results:>10}")
    print(f"\n{WARNING}")


def main() -> None:
    """Read a log and print what its searches say."""
    parser = ArgumentParser(description="The metrics of a search log.")
    parser.add_argument("log", nargs="?", type=readable_log, default=EXAMPLE, help="a log in the UBI format")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    options, settings = parse_settings(parser)
    searches = read_log(options.log, settings).searches
    metrics, queries = quality(searches), top_queries(searches)
    if options.json:
        top = {"top_queries": queries[:TOP], "zero_result_queries": found_nothing(queries)[:TOP] or None}
        print(json.dumps(asdict(metrics) | top, default=asdict, indent=2))
    else:
        print_tables(metrics, queries)


if __name__ == "__main__":
    main()
