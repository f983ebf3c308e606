"""One log on several cores: a process for each share of the users.

No session spans two users, so the processes need to know nothing of each other. Each reads every line, keeps the
records of its users, and sends what comes out of its flow to this process, which writes it. So the log is read
once by each: it must be files, and it must have an end.
"""

from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from bytewax.outputs import DynamicOutput, StatelessSink
from bytewax.testing import run_main

from search_sessions.engine.run import NO_EPOCHS
from search_sessions.formats.json_lines import json_line
from search_sessions.formats.shares import share_reader
from search_sessions.formats.ubi import ubi_reader
from search_sessions.logs.source import LogInput
from search_sessions.pipeline.flow import search_flow
from search_sessions.pipeline.records import line_reader
from search_sessions.pipeline.report import RunReport
from search_sessions.pipeline.settings import Settings

BLOCK = 256 * 1024
"""Bytes of lines that are sent at a time."""
