"""Write a log that takes a while to read: the example log again and again, each time a month later.

uv run python examples/crashes/long_log.py FILE [COPIES]
"""

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

A_MONTH = timedelta(days=30)
EXAMPLE = Path(__file__).parent.parent / "data" / "example.ndjson"


def main(path: str, copies: int = 150) -> None:
    """Write so many copies of the example log."""
    records = sorted(good_records(), key=itemgetter(0))
    with open(path, "w") as log:
        for month in range(-copies, 0):
            for time, record in records:
                moved = (time + month * A_MONTH).isoformat()
                print(json.dumps(record | {"timestamp": moved}), file=log)
    print(f"{path}: {copies * len(records):,} lines.")


def good_records() -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Return the records of the example log with their times; its broken lines are left out."""
    for line in EXAMPLE.read_text().splitlines():
        try:
            record = json.loads(line)
            yield datetime.fromisoformat(record["timestamp"].replace("Z", "+00:00")), record
        except ValueError:
            pass


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
