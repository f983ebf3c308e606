"""Logs of any size, for tests that need more than a few lines."""

import random
from pathlib import Path

from helpers import event, query

SHOWN = ("query_response_hit_ids", "query_response_object_ids")


def make_log(
    path: Path, events: int, users: int = 500, disorder: float = 0.0, bad: int = 0, seed: int = 7
) -> str:
    """Write a log of one event a second, on average, moved by up to `disorder` seconds; return its path."""
    rnd = random.Random(seed)  # noqa: S311 - a log needs no secrets
    lines: list[tuple[float, bytes]] = []
    millis = 1709294400000
    for number in range(events):
        millis += rnd.randrange(2000)
        user, kind = f"u{rnd.randrange(users)}", rnd.random()
        place = millis + rnd.random() * disorder * 1000
        if kind < 0.4:
            shown = [f"item-{rnd.randrange(99)}" for _ in range(rnd.randrange(4))]
            more = {"query_id": f"q{number}", SHOWN[number % 2]: shown}
            lines.append((place, query(user, millis, f"query {rnd.randrange(50)}", **more)))
        elif kind < 0.7:
            clicked = {"object": {"object_id": f"item-{rnd.randrange(99)}"}}
            query_id = f"q{number - rnd.randrange(users)}"
            lines.append((place, event(user, millis, query_id=query_id, event_attributes=clicked)))
        elif kind < 0.8:
            lines.append((place, event(user, millis, "click")))
        else:
            lines.append((place, event(user, millis, "view")))
    lines += [(millis * rnd.random(), rnd.choice([b"", b"no json", b'{"client_id": 7}'])) for _ in range(bad)]
    path.write_bytes(
        b"".join(line + b"\n" for _, line in sorted(lines, key=lambda place_line: place_line[0]))
    )
    return str(path)
