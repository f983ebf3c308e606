"""Write a log that takes a while to read: the example log again and again, each time a month later.

python examples/crashes/long_log.py FILE [COPIES]
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

A_MONTH = timedelta(days=30)
MOST_COPIES = 10_000  # 3 GB
EXAMPLE = Path(__file__).parent.parent / "data" / "example.ndjson"


def main() -> None:
    """Write the log, and say how long it is."""
    parser = ArgumentParser(description="Write the example log again and again, each time a month later.")
    parser.add_argument("file", metavar="FILE", help="the log to write")
    parser.add_argument("copies", metavar="COPIES", nargs="?", type=int, default=150, help="how often (150)")
    options = parser.parse_args()
    if not 1 <= options.copies <= MOST_COPIES:
        parser.error(f"COPIES must be from 1 to {MOST_COPIES:,}, not {options.copies}.")
    try:
        print(f"{options.file}: {write_copies(options.file, options.copies):,} lines.")
    except OSError as error:
        sys.exit(f"{options.file}: {error.strerror}.")


def write_copies(path: str, copies: int) -> int:
    """Write so many copies of the example log, and return how many lines that is."""
    records = sorted(good_records(), key=itemgetter(0))
    with open(path, "w") as log:
        for month in range(-copies, 0):
            for time, record in records:
                moved = (time + month * A_MONTH).isoformat()
                print(json.dumps(record | {"timestamp": moved}), file=log)
    return copies * len(records)


def good_records() -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Return the records of the example log with their times; its broken lines are left out."""
    for line in EXAMPLE.read_text().splitlines():
        try:
            record = json.loads(line)
            yield datetime.fromisoformat(record["timestamp"].replace("Z", "+00:00")), record
        except ValueError:
            pass


if __name__ == "__main__":
    main()
