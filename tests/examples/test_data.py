"""The example log is what its script writes."""

import pytest

from programs import LOG, printed_by


@pytest.mark.slow
def test_the_example_log_is_what_its_script_writes() -> None:
    assert printed_by("data/make_example_log.py") == LOG.read_text(encoding="utf-8")
