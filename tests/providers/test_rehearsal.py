"""The rehearsal of providers, as the command line plays it."""

import json

import pytest

from tidings.cli.root import run
from tidings.errors import ConfigurationError
from tidings.providers.catalog import CATALOG, catalog_entry
from tidings.testing.news import DELIVERED
from tidings.testing.rehearsal import REHEARSED


def test_everybody_is_rehearsed():
    """There is a local service for every provider."""
    assert CATALOG.keys() == REHEARSED


@pytest.mark.filterwarnings("ignore::DeprecationWarning:")  # of services that Apprise loads with the others
@pytest.mark.parametrize("key", ["smtp", "apprise"])
def test_others_go_well_too(capsys, key):
    """What has no HTTP API of its own is played with a service of its kind, and every scene comes out as it should."""
    assert run(["rehearse", key, "--json"]) == 0
    scenes = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(scenes) > 10
    assert [scene for scene in scenes if not scene["ok"]] == []


def test_a_rehearsal_goes_well(capsys):
    """Every scene with two providers, one that knows repetitions and one that does not, comes out as it should."""
    assert run(["rehearse", "postmark", "resend", "--json"]) == 0
    scenes = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {scene["provider"] for scene in scenes} == {"postmark", "resend"}
    assert len(scenes) > 20
    assert {"a webhook", "a forged webhook"} <= {scene["scene"] for scene in scenes}
    assert all(scene["ok"] for scene in scenes)


def test_the_product_goes_well(capsys):
    """A server of its own sends, fails over, tries again, never twice, and hears by webhook what became of it."""
    assert run(["rehearse", "--product", "postmark", "messagebird-sms", "webhook", "--json"]) == 0
    scenes = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [scene for scene in scenes if not scene["ok"]] == []
    assert {scene["outcome"] for scene in scenes if scene["scene"] == "a webhook"} == {"200: DELIVERED"}
    assert {scene["provider"] for scene in scenes} == {"postmark", "messagebird-sms", "webhook"}


def test_everybody_who_reports_is_rehearsed_with_a_report():
    """Whoever takes webhooks has one to be told."""
    assert {key for key in CATALOG if catalog_entry(key)["receipts"]} == DELIVERED.keys()


def test_the_words_for_people(capsys):
    """One line for each scene, and a sum at the end."""
    assert run(["rehearse", "telegram"]) == 0
    printed = capsys.readouterr().out
    assert "a message" in printed
    assert "0 not as they should be" in printed


def test_nobody_of_that_name():
    """A provider that cannot be rehearsed is named, with those that can."""
    with pytest.raises(ConfigurationError, match="pigeon"):
        run(["rehearse", "pigeon"])
