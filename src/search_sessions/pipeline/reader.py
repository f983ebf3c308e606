"""The reader of records that the settings ask for: the place to choose another format."""

from search_sessions.formats.ubi import UbiReader
from search_sessions.pipeline.settings import Settings


def make_reader(settings: Settings) -> UbiReader:
    """Return the reader; its `read` goes to the flow, and its `tally` has a hint or two after the run."""
    return UbiReader(settings.click_actions, settings.user_field, settings.ordinals_from)
