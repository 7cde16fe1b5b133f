"""What the documents name is there: files, targets of make, commands, pictures of a size for bad lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *(
        ROOT / name
        for name in ("README.md", "LEEME.md", "CONTRIBUTING.md", "SECURITY.md", "UPGRADING.md", "CHANGELOG.md")
    ),
    *sorted((ROOT / "docs").rglob("*.md")),
]
LARGEST_PICTURE = 150 * 1024
LINK = re.compile(r"\]\(([^)\s]+)\)")
MAKE = re.compile(r"(?:^ {4}(?:[A-Z_]+=\S+ )*|`(?:[A-Z_]+=\S+ )*)make ([a-z][\w-]*)", re.MULTILINE)
COMMAND = re.compile(r"manage\.py (\w+)")
CODE = re.compile(r"`((?:tests|docs|bench|deploy|epo|battles|factories|volunteers)/[\w./-]*\w/?)`")
PLACES = re.compile(r"^https?:|^mailto:|^#")


def _all(pattern: re.Pattern[str], document: Path) -> list[str]:
    return pattern.findall(document.read_text(encoding="utf-8"))


def _names() -> list[str]:
    return [str(document.relative_to(ROOT)) for document in DOCUMENTS]


@pytest.mark.parametrize("document", DOCUMENTS, ids=_names())
def test_links_lead_to_files(document: Path) -> None:
    links = [link.partition("#")[0] for link in _all(LINK, document) if not PLACES.match(link)]

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=_names())
def test_paths_in_the_text_exist(document: Path) -> None:
    assert [path for path in _all(CODE, document) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=_names())
def test_targets_of_make_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert set(_all(MAKE, document)) - targets == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=_names())
def test_commands_exist(document: Path) -> None:
    assert set(_all(COMMAND, document)) - set(get_commands()) == set()


def test_pictures_are_small_and_used() -> None:
    pictures = {path for path in (ROOT / "docs" / "img").iterdir() if path.suffix in (".png", ".svg")}
    shown = {(each.parent / link).resolve() for each in DOCUMENTS for link in _all(LINK, each) if "/img/" in f"/{link}"}

    assert [path.name for path in pictures if path.stat().st_size > LARGEST_PICTURE] == []
    assert sorted(path.name for path in pictures - shown) == []


def test_table_of_the_readme_names_settings_that_exist() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Configuration")[2].partition("\n## ")[0]
    named = {
        name for row in re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }

    assert named - set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) == set()
    assert named != set()
