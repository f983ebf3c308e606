"""Write the example log, two weeks of a garden shop's search: `make_example_log.py > example.ndjson`.

The log is made up, from a seed. It has what real ones have: days and weeks with a rhythm, users who come
back, searches in other words or in the same, searches that find nothing, clicks minutes later, lines a
little out of order, lines that are damaged. On the second Wednesday the shop's ranking is broken.
"""

import itertools
import json
import random
import signal
import sys
from datetime import datetime, timedelta, timezone

START = datetime(2024, 3, 4, tzinfo=timezone.utc)  # a Monday
DAYS = 14
BROKEN_DAY = 9
USERS = 110
SESSIONS_BY_WEEKDAY = (30, 27, 26, 26, 24, 36, 42)
SESSIONS_BY_HOUR = (1, 1, 0, 0, 0, 1, 3, 6, 7, 7, 6, 6, 8, 7, 6, 6, 7, 8, 10, 14, 16, 13, 8, 3)

# What users are after, in the words that they try one after the other.
WISHES = (
    ("tomato seeds", "cherry tomato seeds"),
    ("garden hose", "hose 25 m", "hose reel"),
    ("secateurs", "pruning shears"),
    ("raised bed", "raised bed cedar"),
    ("potting soil", "peat free soil"),
    ("lawnmower", "lawn mower", "cordless lawn mower"),
    ("gloves", "garden gloves"),
    ("basil", "basil plant"),
    ("watering can",),
    ("bird feader", "bird feeder"),
    ("slug", "slug pellets", "copper tape"),
    ("rose", "climbing rose"),
    ("trellis", "wooden trellis"),
    ("composter", "compost bin"),
    ("wheel barrow", "wheelbarrow"),
    ("lemon tree",),
    ("hammok", "hammock"),
    ("olive tree", "olive tree 150 cm"),
)
NOTHING_FOUND = {"lawnmower", "bird feader", "wheel barrow", "hammok", "hose 25 m", "olive tree 150 cm"}
POPULARITY = [1 / rank for rank in range(1, len(WISHES) + 1)]
CLICK_CHANCE = (0.42, 0.21, 0.13, 0.09, 0.06, 0.04, 0.03, 0.02)  # by rank
BAD_LINES = (
    '{"action_name": "click", "client_id": "u007", "timesta',
    '{"user_query": "who am I", "timestamp": "2024-03-08T10:15:00.000Z"}',
    '{"action_name": "click", "client_id": "u021", "timestamp": "yesterday"}',
    "",
)

rng = random.Random(2024)
query_numbers = itertools.count(1)
records: list[tuple[float, str]] = []  # each with its place in the file: seconds after the start


def log(seconds: float, user: str, **fields: object) -> None:
    """Add a record to the log, a few seconds out of order at times."""
    time = (START + timedelta(seconds=round(seconds, 3))).isoformat(timespec="milliseconds")
    record = {"client_id": user, "timestamp": time.replace("+00:00", "Z"), **fields}
    delay = rng.uniform(0, 40) if rng.random() < 0.1 else 0
    records.append((seconds + delay, json.dumps(record)))


def found(query: str, *, broken: bool) -> list[str]:
    """Return the ids of the products that the shop finds: the same every day, unless it is broken."""
    if query in NOTHING_FOUND:
        return []
    products = [f"p{100 * index + rank}" for index, wish in enumerate(WISHES, 1) for rank in range(1, 9)
                if query in wish]  # fmt: skip
    return [f"p{rng.randrange(2000, 3000)}" for _ in products] if broken else products


def search(seconds: float, user: str, query: str, *, broken: bool) -> tuple[float, bool]:
    """Log a search and its clicks; return when it ended, and whether the user is content."""
    query_id = f"q{next(query_numbers)}"
    products = found(query, broken=broken)
    log(seconds, user, user_query=query, query_id=query_id, query_response_object_ids=products)
    clicked = False
    for product, chance in zip(products, CLICK_CHANCE, strict=False):
        if rng.random() < chance * (0.3 if broken else 1):
            seconds += rng.choice((4, 9, 15, 25, 40, 70, 200, 500)) * rng.uniform(0.7, 1.3)
            clicked = True
            log(seconds, user, action_name="click", query_id=query_id,
                event_attributes={"object": {"object_id": product}})  # fmt: skip
    return seconds, clicked and rng.random() < 0.8


def visit(seconds: float, user: str) -> None:
    """Log what a user does in the shop: look around, search, try other words or the same again."""
    broken = seconds // 86_400 == BROKEN_DAY
    log(seconds, user, action_name="view_home")
    if rng.random() < 0.15:
        return
    for wish in rng.choices(WISHES, POPULARITY, k=rng.choice((1, 1, 1, 2))):
        for query in (*wish, wish[-1])[: rng.choice((1, 2, 3, 4))]:
            # Most pauses are short; some last as long as a phone call, or a meal.
            seconds += rng.choice((8, 15, 25, 40, 90, 240)) * rng.uniform(0.7, 1.3)
            seconds += rng.choice((0,) * 17 + (500, 1200, 2400)) * rng.uniform(0.8, 1.2)
            seconds, content = search(seconds, user, query, broken=broken)
            if content:
                break
    if rng.random() < 0.2:
        log(seconds + rng.uniform(20, 200), user, action_name="add_to_cart")


def main() -> None:
    """Write the log to standard output."""
    if hasattr(signal, "SIGPIPE"):  # not on Windows; `head` may end the program without a word
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    loyalty = [1 / (rank + 9) for rank in range(1, USERS + 1)]
    for day in range(DAYS):
        for _ in range(SESSIONS_BY_WEEKDAY[day % 7] + rng.randrange(-3, 4)):
            hour = rng.choices(range(24), SESSIONS_BY_HOUR)[0]
            number = rng.choices(range(USERS), loyalty)[0] + 1
            visit(86_400 * day + 3_600 * hour + rng.uniform(0, 3_600), f"u{number:03}")
    lines = [text for _, text in sorted(records)]
    for line in BAD_LINES:
        lines.insert(rng.randrange(len(lines)), line)
    sys.stdout.writelines(line + "\n" for line in lines)


if __name__ == "__main__":
    main()
