"""The page in a real browser: it says what plain Python says, to everybody, and to nobody else."""

import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect
from screenshot import CHROMIUM, chromium, watching

import reference
from helpers import event, query, run, write_log

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]
LIMIT = 60_000  # milliseconds that a test waits for what must come: far longer than it takes
PATIENT = ("--wait", "2")  # minutes: however slow the machine, no event is lost
FAST = (*PATIENT, "--speed", "600")

EVENING = [
    query("u1", "2024-03-01T12:00:00Z", "dogs", query_id="q1", query_response_object_ids=["a", "b"]),
    event("u1", "2024-03-01T12:02:00Z", query_id="q1"),
    query("u2", "2024-03-01T12:03:00Z", "cats", query_id="q2"),
    query("u1", "2024-03-01T12:09:00Z", "more dogs", query_id="q3"),
    b"what is this",
    event("u2", "2024-03-01T12:23:00Z", query_id="q2"),
    event("u3", "2024-03-01T12:24:00Z", "view"),
    event("u1", "2024-03-01T12:27:00Z", query_id="q3"),
]
LATE = query("u2", "2024-03-01T12:20:00Z", "too late", query_id="q4")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def start() -> Iterator[Callable[..., str]]:
    """Start the program, and return the address of its page; it ends with the test."""
    with ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(watching(*arguments))[1]


@pytest.fixture
def open_page(browser: Browser, start: object) -> Iterator[Callable[[str], Page]]:  # noqa: ARG001 - closed before the program ends
    """Open a page in a tab of its own; in the end, no tab may have complained, or asked another machine."""
    complaints: list[str] = []
    hosts: set[str | None] = set()

    def open_page(address: str) -> Page:
        page = browser.new_page()
        page.set_default_timeout(LIMIT)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        page.goto(address)
        return page

    yield open_page
    for context in browser.contexts:
        context.close()
    assert complaints == []
    assert hosts == {"127.0.0.1"}


def wait_for_end(page: Page) -> None:
    expect(page.locator("#status")).to_contain_text("lines:", timeout=LIMIT)


def numbers(page: Page) -> dict[str, str]:
    """Return what the page says in numbers."""
    names = ("ctr", "of", "sessions", "events", "late", "rejected")
    return {name: page.locator(f"#{name}").inner_text() for name in names}


def rows(page: Page) -> list[list[str]]:
    """Return the table: user, time, events, state, searches of each session."""
    return [row.locator("th, td").all_inner_texts() for row in page.locator("#rows tr").all()]


def expected(lines: list[bytes], gap: float) -> list[tuple[str, str]]:
    """Return each search, with its user, as the table should say it."""
    found = reference.searches(lines, timedelta(minutes=gap))
    return sorted((search["user"], f"{search['query']} {search['ctr']}") for search in found)


def searches(page: Page) -> list[tuple[str, str]]:
    """Return each search of the table, with its user."""
    return sorted(
        (row[0], found) for row in rows(page) for found in re.findall(r"(\S.*? \d\.\d)(?:\s|$)", row[4])
    )


def test_in_the_end_the_page_says_what_plain_python_says_to_who_comes_late_too(
    tmp_path: Path, start: Callable[..., str], open_page: Callable[[str], Page]
) -> None:
    log = write_log(tmp_path / "evening.ndjson", *EVENING, LATE)
    address = start(log, *FAST)
    page = open_page(address)
    wait_for_end(page)
    found = expected(EVENING, 30)
    clicked = sum(text.endswith("1.0") for _, text in found)
    assert numbers(page) == {
        "ctr": f"{clicked / len(found):.3f}",
        "of": f"{clicked} of {len(found)} searches clicked",
        "sessions": "3",
        "events": str(len(EVENING) - 1),
        "late": "1",
        "rejected": "1",
    }
    assert searches(page) == found
    assert page.locator("path.late title").inner_html() == "12:20:00 searched too late, late"
    late_comer = open_page(address)
    wait_for_end(late_comer)
    assert numbers(late_comer) == numbers(page)
    assert rows(late_comer) == rows(page)


def test_another_gap_makes_the_sessions_that_plain_python_makes_in_every_tab(
    tmp_path: Path, start: Callable[..., str], open_page: Callable[[str], Page]
) -> None:
    log = write_log(tmp_path / "evening.ndjson", *EVENING)
    address = start(log, *FAST)
    page, other = open_page(address), open_page(address)
    wait_for_end(page)
    page.get_by_role("button", name="5", exact=True).click()
    expect(page.locator("#gap")).to_have_text("5 minutes", timeout=LIMIT)
    for tab in (page, other):
        wait_for_end(tab)
        assert searches(tab) == expected(EVENING, 5) != expected(EVENING, 30)
        assert tab.get_by_role("button", pressed=True).all_inner_texts() == [
            "5",
            "600\N{MULTIPLICATION SIGN}",
        ]


def test_a_session_ends_while_the_replay_goes_on_and_its_searches_appear(
    start: Callable[..., str],
    open_page: Callable[[str], Page],
) -> None:
    address = start("--gap", "5", "--speed", "60", "--wait", "0.2")
    page = open_page(address)
    row = page.locator("#rows tr", has=page.get_by_role("rowheader", name="1", exact=True)).last
    expect(row).to_contain_text("not known yet", timeout=LIMIT)
    expect(row).to_contain_text("dogs 1.0", timeout=LIMIT)
    assert page.locator("#status").inner_text() == ""
    assert page.locator("svg .bar.closed").count() == 1


def test_a_pause_holds_the_picture_and_not_the_flow(
    tmp_path: Path, start: Callable[..., str], open_page: Callable[[str], Page]
) -> None:
    log = write_log(tmp_path / "evening.ndjson", *EVENING)
    address = start(log, *FAST)
    page, other = open_page(address), open_page(address)
    expect(page.locator("#events")).not_to_have_text("0", timeout=LIMIT)
    page.get_by_role("button", name="Pause").click()
    held = None
    while held != (held := (page.locator("#clock").inner_text(), numbers(page))):  # the last frame is drawn
        page.wait_for_timeout(200)
    wait_for_end(other)
    assert (page.locator("#clock").inner_text(), numbers(page)) == held
    assert numbers(other) != held[1]
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#sessions")).to_have_text("3", timeout=LIMIT)
    assert numbers(page) == numbers(other)


def test_what_a_log_says_is_text(
    tmp_path: Path, start: Callable[..., str], open_page: Callable[[str], Page]
) -> None:
    hostile = "</script></style><script>alert(1)</script><img src=x onerror=alert(2)>"
    log = write_log(
        tmp_path / "hostile.ndjson", query(hostile, text=hostile), query("__proto__", text="cats")
    )
    address = start(log, *FAST)
    page = open_page(address)
    wait_for_end(page)
    assert searches(page) == sorted([(hostile, f"{hostile} 0.0"), ("__proto__", "cats 0.0")])
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1


def test_a_page_finds_its_way_back_to_its_place(
    tmp_path: Path, start: Callable[..., str], open_page: Callable[[str], Page]
) -> None:
    log = write_log(tmp_path / "evening.ndjson", *EVENING)
    address = start(log, *FAST)
    page = open_page(address)
    wait_for_end(page)
    before = rows(page), numbers(page)
    page.reload()
    wait_for_end(page)
    expect(page.locator("#rows tr")).to_have_count(len(before[0]), timeout=LIMIT)
    assert (rows(page), numbers(page)) == before


def test_it_can_be_used_by_keyboard_on_a_phone_and_without_motion(
    browser: Browser, start: Callable[..., str]
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    address = start("--speed", "600", *PATIENT)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#rows tr")).not_to_have_count(0, timeout=LIMIT)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    assert page.get_by_role("img", name="The sessions on lanes").is_visible()
    assert page.get_by_role("table", name="Sessions of the users shown").is_visible()
    context.close()


def ask(address: str, data: bytes | None = None, **headers: str) -> tuple[int, str]:
    """Return the status and the text of an answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urlopen(Request(address, data, named)) as answer:  # noqa: S310 - an address of this machine
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_other_sites_are_turned_away(start: Callable[..., str]) -> None:
    address = start(*FAST)
    choice, origin = b'{"gap": 5, "speed": 60}', address.rstrip("/")
    assert ask(address, host="evil.example")[0] == 400
    assert ask(f"{address}run", choice) == (403, "Only the page itself may do this.")
    assert ask(f"{address}run", choice, origin="http://evil.example")[0] == 403
    assert ask(f"{address}run", choice, origin=origin)[0] == 204
    with urlopen(address) as answer:  # noqa: S310 - an address of this machine
        policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy


@pytest.mark.parametrize("choice", [b'{"gap": 0, "speed": 60}', b"\xff", b'{"a":' * 10_000])
def test_a_choice_that_cannot_be_read_is_a_bad_request(choice: bytes, start: Callable[..., str]) -> None:
    address = start()
    assert ask(f"{address}run", choice, origin=address.rstrip("/"))[0] == 400


def test_the_page_can_choose_where_the_log_stands_after_two_dashes(
    tmp_path: Path, start: Callable[..., str]
) -> None:
    log = write_log(tmp_path / "evening.ndjson", *EVENING)
    address = start("--gap", "30", "--", log)
    assert ask(f"{address}run", b'{"gap": 5, "speed": 600}', origin=address.rstrip("/"))[0] == 204
    with urlopen(f"{address}changes", timeout=60) as changes:  # noqa: S310 - an address of this machine
        told = (json.loads(line[len(b"data: ") :]) for line in changes if line.startswith(b"data: "))
        said = next(message for message in told if message["gap"] or "ended" in message)
    assert (said["gap"], said["speed"], said.get("ended")) == (300_000, 600, None)


def test_it_listens_on_this_machine_alone(start: Callable[..., str]) -> None:
    address = start()
    port = urlsplit(address).port
    assert port
    others = {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), port)}
    for other in others - {"127.0.0.1", "::1"}:
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((other, port), timeout=5)


def test_a_browser_that_takes_nothing_costs_the_others_nothing(
    tmp_path: Path, start: Callable[..., str], open_page: Callable[[str], Page]
) -> None:
    log = write_log(tmp_path / "evening.ndjson", *EVENING)
    address = start(log, *FAST)
    where = urlsplit(address)
    with socket.create_connection((str(where.hostname), where.port or 0)) as dead:
        dead.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        dead.sendall(f"GET /changes HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode())
        page = open_page(address)
        wait_for_end(page)
        assert searches(page) == expected(EVENING, 30)


def status(pid: int | str) -> list[str]:
    """Return what Linux says of a process: its state, its parent and so on; nothing if there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return ["Z"]


def children(pid: int) -> list[int]:
    """Return the processes that one has started."""
    everybody = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal())
    return [other for other in everybody if status(other)[1:2] == [str(pid)]]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up as Linux has them")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_ends_without_a_word_and_the_flow_with_it(
    number: signal.Signals, open_page: Callable[[str], Page]
) -> None:
    with watching("--speed", "1", "--max-delay", "0") as (process, address):
        page = open_page(address)
        expect(page.locator("#events")).to_have_text("1", timeout=LIMIT)
        [feed] = children(process.pid)
        page.close()
        watcher = urlopen(f"{address}changes")  # noqa: S310 - an address of this machine
        os.kill(process.pid, number)
        assert process.wait(60) == {signal.SIGINT: 130}.get(number, -number)
        assert process.stdout
        assert process.stdout.read() == ""
        watcher.close()
        until = time.monotonic() + 60
        while status(feed)[0] != "Z":
            assert time.monotonic() < until
            time.sleep(0.05)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.ndjson"], "nowhere.ndjson: No such file or directory."),
        (["--brokers", "127.0.0.1:1"], "--brokers and --topic go together, and without a LOG."),
        (["--speed", "0"], "argument --speed: must be a whole number from 1 to 1000, not '0'"),
        (["--gap", "-1"], "The gap must be a number of minutes of at least a millisecond"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(arguments: list[str], sentence: str) -> None:
    done = run(str(Path("examples/live/watch.py")), *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
