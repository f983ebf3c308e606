"""What CONTRIBUTING and the workflow say of the checks is what the checks are."""

import re

from helpers import ROOT

CONTRIBUTING = (ROOT / ".github/CONTRIBUTING.md").read_text()
WORKFLOW = (ROOT / ".github/workflows/checks.yml").read_text()
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def test_the_checks_of_the_page_are_those_of_the_script() -> None:
    [block] = re.findall(r"^\$ \.ci/run\n(.*?)^```$", CONTRIBUTING, re.MULTILINE | re.DOTALL)
    script = re.findall(r"^uv run .*$", (ROOT / ".ci/run").read_text(), re.MULTILINE)
    assert [line.removeprefix("$ ") for line in block.splitlines()] == [
        command.partition(" --cov")[0] for command in script
    ]


def test_the_workflow_runs_the_script_on_the_pythons_of_the_project() -> None:
    assert WORKFLOW.endswith("- run: .ci/run\n")
    assert 'python: ["3.10", "3.11"]' in WORKFLOW
    assert 'requires-python = ">=3.10,<3.12"' in (ROOT / "pyproject.toml").read_text()


def test_the_pictures_that_the_page_says_how_to_draw_are_committed() -> None:
    pictures = re.findall(r"^\$ .* --plot (\S+)$", CONTRIBUTING, re.MULTILINE)
    assert len(pictures) >= 3
    assert [picture for picture in pictures if not (ROOT / picture).exists()] == []


def test_every_room_is_on_the_map() -> None:
    rooms = {path.parent.name for path in (ROOT / "src/search_sessions").glob("*/__init__.py")}
    assert rooms == set(re.findall(r"^\| `(\w+)` \|", CONTRIBUTING, re.MULTILINE))


def test_every_link_of_the_page_has_its_file() -> None:
    folder = ROOT / ".github"
    assert [link for link in LINK.findall(CONTRIBUTING) if not (folder / link).exists()] == []
