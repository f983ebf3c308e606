"""Text of a log on one line: a query or a name may hold anything."""

CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
"""What breaks a line, or tells a terminal to do something, becomes a space."""


def one_line(text: str) -> str:
    r"""Return the text on one line, without control characters and needless spaces.

    >>> one_line("garden  hose\n"), one_line("a\x1b[31mb")
    ('garden hose', 'a [31mb')
    """
    return " ".join(text.translate(CONTROLS).split())
