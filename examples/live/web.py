"""The server of the page: to this machine alone, and to nobody who only borrows its browser."""

import asyncio
import re
import webbrowser
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Annotated

import anyio
import msgspec
from arguments import FASTEST
from runner import Runner
from sse_starlette.sse import EventSourceResponse
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from view import View

PAGE = Path(__file__).with_name("page.html").read_text(encoding="utf-8")

PAUSE = 0.1
"""Seconds between two messages to a browser: what happens meanwhile is in the second."""


def allow_only(tag: str) -> str:
    """Return a source of the content security policy: the page's own element of that name."""
    [content] = re.findall(f"<{tag}>(.*?)</{tag}>", PAGE, re.DOTALL)
    return f"{tag}-src 'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; {allow_only('script')}; {allow_only('style')}; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Choice(msgspec.Struct):
    """What the page can choose: it begins a new run."""

    gap: Annotated[float, msgspec.Meta(ge=1, le=1440)]
    speed: Annotated[int, msgspec.Meta(ge=1, le=FASTEST)]


def chosen(choice: Choice, arguments: list[str]) -> list[str]:
    """Return the arguments with the choice: after other options, of which it counts, but before a `--`."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options = ["--gap", str(choice.gap), "--speed", str(choice.speed)]
    return [*arguments[:end], *options, *arguments[end:]]


def make_app(arguments: list[str], address: str | None) -> Starlette:
    """Return the server of the page, of what it shows, and of its controls.

    `arguments` are those of the flow. The page is opened at the address, if there is one.
    """
    view = View()
    runner = Runner(view)

    async def page(_request: Request) -> Response:
        return HTMLResponse(PAGE, headers=HEADERS)

    async def changes(_request: Request) -> Response:
        stop = anyio.Event()  # set when the server stops: an answer that is cut off would be an error
        return EventSourceResponse(
            messages(view, stop),
            headers=HEADERS,
            send_timeout=10,
            shutdown_event=stop,
            shutdown_grace_period=5,
        )

    async def run(request: Request) -> Response:
        if request.headers.get("origin") != f"http://{request.headers['host']}":
            return Response("Only the page itself may do this.", 403, HEADERS)
        try:
            choice = msgspec.json.decode(await request.body(), type=Choice)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return Response(f"{error}.", 400, HEADERS)
        await runner.start(chosen(choice, arguments))
        return Response(status_code=204, headers=HEADERS)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await runner.start(arguments)
        if address:
            Thread(target=webbrowser.open, args=[address], daemon=True).start()
        yield
        await runner.end()

    return Starlette(
        routes=[Route("/", page), Route("/changes", changes), Route("/run", run, methods=["POST"])],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        lifespan=lifespan,
    )


async def messages(view: View, stop: anyio.Event) -> AsyncIterator[dict[str, str]]:
    """Tell a browser what is shown now and then, again and again, what has changed."""
    seen = 0
    while not stop.is_set():
        seen, new = await view.change(seen)
        yield {"data": msgspec.json.encode(new).decode()}
        await asyncio.sleep(PAUSE)
