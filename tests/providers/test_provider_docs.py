"""Every provider is documented, and every one of its settings."""

from pathlib import Path

import pytest

from tidings.providers.catalog import CATALOG, catalog_entry

DOCS = Path(__file__).parents[2] / "docs" / "providers"
HEADINGS = ["Settings", "Extra", "Limitations and quirks", "Status webhooks"]


@pytest.mark.parametrize("key", [*sorted(CATALOG), "outbox"])
def test_a_page_has_the_usual_headings(key):
    """Each provider has a page, and each page the same headings."""
    lines = (DOCS / f"{key}.md").read_text().splitlines()
    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == HEADINGS


@pytest.mark.parametrize("key", sorted(CATALOG))
def test_every_setting_is_documented(key):
    """No setting is a secret of the code."""
    page = (DOCS / f"{key}.md").read_text()
    assert not [setting for setting in catalog_entry(key)["settings"] if f"| `{setting}` |" not in page]


def test_the_overview_lists_everybody():
    """The matrix of providers has a row for each."""
    page = (DOCS / "README.md").read_text()
    assert not [key for key in [*CATALOG, "outbox"] if f"({key}.md) | `{key}` |" not in page]


def test_the_catalogue_says_who_tells():
    """`receipts` is true of exactly those whose webhooks the overview says to be signed somehow."""
    rows = [line.split(" | ") for line in (DOCS / "README.md").read_text().splitlines() if ".md) | `" in line]
    signed = {row[1].strip("` ") for row in rows if row[3].strip()[:1].isalnum()}
    assert {key for key in CATALOG if catalog_entry(key)["receipts"]} == signed


@pytest.mark.parametrize("key", sorted(CATALOG))
def test_every_setting_says_what_it_means(key):
    """In one sentence of the catalogue: forms show it."""
    said = {name: setting.get("description", "") for name, setting in catalog_entry(key)["settings"].items()}
    assert {name: words for name, words in said.items() if not 10 < len(words) < 130 or words[-1] != "."} == {}
