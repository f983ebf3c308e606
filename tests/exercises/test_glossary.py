"""The glossary: each word in a sentence, with a link to a place that exists."""

import re

from helpers import ROOT

PAGE = ROOT / "examples" / "glossary" / "README.md"
ROW = re.compile(r"^\| ([\w -]+) \| (.+) \| \[.+\]\((\S+)\) \|$", re.MULTILINE)
WORDS = (
    "event time, watermark, late, session gap, window, key, fold, epoch, recovery, partition, worker, "
    "at-least-once, dead letter, CTR, rank"
)


def anchors(text: str) -> set[str]:
    """Return the anchors that a page gives to its headings."""
    titles = [
        re.sub(r"\[(.*?)\]\(.*?\)", r"\1", title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    ]
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_glossary_has_every_word_of_the_field_in_order_and_in_one_sentence() -> None:
    rows = ROW.findall(PAGE.read_text())
    words = [word for word, *_ in rows]
    assert set(WORDS.split(", ")) <= set(words)
    assert words == sorted(words, key=str.lower)
    assert [word for word, meaning, _ in rows if meaning.count(".") - meaning.count(".0") != 1] == []


def test_every_link_of_the_glossary_leads_to_a_heading_that_exists() -> None:
    for _, _, link in ROW.findall(PAGE.read_text()):
        file, _, anchor = link.partition("#")
        assert not anchor or anchor in anchors((PAGE.parent / file).read_text()), link


def test_the_place_that_a_word_is_linked_to_uses_the_word() -> None:
    for word, _, link in ROW.findall(PAGE.read_text()):
        text = (PAGE.parent / link.partition("#")[0]).read_text().lower()
        assert word.split()[-1].lower() in text, link
