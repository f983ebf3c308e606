"""Take the picture of the README: `python examples/live/screenshot.py`. Needs Chromium and playwright."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from playwright.sync_api import Browser, expect, sync_playwright

HERE = Path(__file__).parent
LOG = HERE.parent / "data" / "example.ndjson"
CHROMIUM = shutil.which("chromium")

# The browser of the system, without a screen, and without the connections that it makes of its own accord.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def watching(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the program; return its process and the address of its page, and end it."""
    command = [sys.executable, str(HERE / "watch.py"), "--no-open", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            address = re.search(r"http://\S+", line)
            yield process, address[0] if address else line
        finally:
            process.terminate()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser, and close it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def main() -> None:
    """Take the picture on a Saturday evening of the example log, once two events were late."""
    with NamedTemporaryFile("w", suffix=".ndjson", delete=False) as evening:
        evening.writelines(line for line in LOG.open() if re.search("2024-03-16T1[89]", line))
    options = ["--gap", "15", "--max-delay", "5", "--speed", "200"]
    with watching(evening.name, *options) as (_, address), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800}, device_scale_factor=2)
        page.goto(address)
        expect(page.locator("#clock")).to_have_text(re.compile("^19:3[5-9]"), timeout=120_000)
        page.get_by_role("button", name="Pause").click()
        page.locator("figure").screenshot(path=HERE / "watch.png")
    Path(evening.name).unlink()


if __name__ == "__main__":
    main()
