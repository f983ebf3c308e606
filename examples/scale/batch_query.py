"""The searches of a log in a batch engine: one SQL query in DuckDB, for a log that has ended.

    python examples/scale/batch_query.py LOG > searches.ndjson

Sessions are what SQL calls gaps and islands: an event begins a session if the one before is a gap away, and a
running sum of those beginnings numbers the sessions of a user. A bad line becomes no row, without a word. A
click belongs to the searches that have its `query_id`; a click that has none belongs to no search.
"""

import signal
import sys
from argparse import ArgumentParser

import duckdb

SEARCHES = """
    WITH records AS (
        SELECT client_id AS user, try_cast(timestamp AS TIMESTAMPTZ) AS time, action_name, user_query,
               query_id, len(query_response_object_ids) AS results
        FROM read_json(?, format = 'newline_delimited', ignore_errors = true, columns = {
            client_id: 'VARCHAR', timestamp: 'VARCHAR', action_name: 'VARCHAR', user_query: 'VARCHAR',
            query_id: 'VARCHAR', query_response_object_ids: 'VARCHAR[]'})
        WHERE client_id <> '' AND time IS NOT NULL AND coalesce(action_name, user_query) IS NOT NULL
    ), begun AS (
        SELECT *, coalesce(time - lag(time) OVER of_user >= INTERVAL 30 MINUTE, true) AS begins
        FROM records WINDOW of_user AS (PARTITION BY user ORDER BY time)
    ), numbered AS (
        SELECT *, sum(begins::INT) OVER (PARTITION BY user ORDER BY time) AS session FROM begun
    ), sessions AS (
        SELECT user, session, min(time) AS session_start, max(time) AS session_end FROM numbered GROUP BY ALL
    ), clicks AS (
        SELECT user, session, query_id, count(*) AS clicks
        FROM numbered WHERE action_name IN ('click', 'item_click') GROUP BY ALL
    )
    SELECT user, user_query AS query, query_id, time, session_start, session_end, results,
           coalesce(clicks, 0) AS clicks, (clicks IS NOT NULL)::DOUBLE AS ctr
    FROM numbered JOIN sessions USING (user, session) LEFT JOIN clicks USING (user, session, query_id)
    WHERE action_name IS NULL
"""


def main() -> None:
    """Write a line for each search of a log."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `head` may end the program without a word
    parser = ArgumentParser(description="The searches of a log, in one query.")
    parser.add_argument("log", help="a log in the UBI format")
    try:
        duckdb.execute(f"COPY ({SEARCHES}) TO '/dev/stdout' (FORMAT json)", [parser.parse_args().log])
    except duckdb.IOException as error:
        sys.exit(str(error).splitlines()[0])  # the lines after it show where in the query


if __name__ == "__main__":
    main()
