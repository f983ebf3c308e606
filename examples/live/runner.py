"""The process with the flow: one at a time, started, listened to and ended."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import msgspec
from view import View

FEED = str(Path(__file__).with_name("feed.py"))

LONGEST_LINE = 1024 * 1024
"""Bytes in a line of the flow's: a batch of events of the greatest length has fewer."""


class Runner:
    """Runs `feed.py` with the arguments that it is started with, and shows in a view what that tells."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._process: Process | None = None
        self._listener: asyncio.Task[None] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def start(self, arguments: list[str]) -> None:
        """Begin anew."""
        async with self._one_at_a_time:
            await self._end()
            self._view.start()
            # A session of its own keeps Ctrl-C from it: it ends when this process ends it, or is gone.
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                FEED,
                *arguments,
                stdin=PIPE,
                stdout=PIPE,
                limit=LONGEST_LINE,
                start_new_session=True,
            )
            self._listener = asyncio.create_task(self._listen(self._process))

    async def end(self) -> None:
        """End the flow."""
        async with self._one_at_a_time:
            await self._end()

    async def _end(self) -> None:
        if self._process and self._listener:
            if self._process.returncode is None:
                self._process.kill()
            await self._listener

    async def _listen(self, process: Process) -> None:
        if process.stdout:
            async for line in process.stdout:
                self._view.take(msgspec.json.decode(line))
        if await process.wait() > 0:
            self._view.take({"ended": "The flow has stopped: the terminal says why."})
