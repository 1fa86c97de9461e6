"""What the catalog tells of providers, and what it keeps to itself."""

import re
from pathlib import Path

import pytest

from tidings.errors import InvalidInput, NotFound
from tidings.providers.catalog import CATALOG, MASK, catalog_entry, decode_settings, entries, masked, unmasked


def test_an_entry_as_courier_shows_it():
    """An entry has Courier's fields, `receipts`, and of each setting type, values, meaning, whether it is required."""
    entry = catalog_entry("smtp")
    assert entry.keys() == {"provider", "name", "channel", "description", "receipts", "settings"}
    assert (entry["provider"], entry["channel"]) == ("smtp", "email")
    meanings = {name: setting.pop("description") for name, setting in entry["settings"].items()}
    assert meanings["host"] == "Name or address of the server."
    assert entry["settings"]["host"] == {"type": "string", "required": True}
    assert entry["settings"]["port"] == {"type": "number", "required": False}
    assert entry["settings"]["secure"] == {"type": "boolean", "required": False}
    assert entry["settings"]["starttls"] == {
        "type": "enum",
        "required": False,
        "values": ["auto", "never", "require"],
        "default": "auto",
    }
    assert entry["settings"]["rate_limit"]["properties"]["rate"] == {"type": "number", "required": True}
    assert entry["settings"]["ca_certificates"]["multiline"]
    assert "default" not in entry["settings"]["port"]
    assert entry["settings"]["password"] == {"type": "string", "required": False, "secret": True}


def test_every_provider_is_listed():
    """The list has each key once, and each entry is of the provider that has the key."""
    assert [entry["provider"] for entry in entries()] == sorted(CATALOG)
    assert all(listing.provider.key == key for key, listing in CATALOG.items())


def test_the_shared_cases_are_everybodys():
    """Each provider, the outbox too, has the cases that hold for all, under its key."""
    having = re.compile(r'^class Test\w+\(\w*ProviderCases\):\n    """.*"""\n\n    key = "([^"]+)"$', re.MULTILINE)
    found = [key for file in Path(__file__).parent.glob("test_*.py") for key in having.findall(file.read_text())]
    assert sorted(found) == sorted([*CATALOG, "outbox"])


def test_an_unknown_provider():
    """A key that is none is refused, naming those that are."""
    with pytest.raises(NotFound, match="smtp"):
        catalog_entry("pigeon")
    with pytest.raises(InvalidInput) as refused:
        decode_settings("pigeon", {})
    assert refused.value.path == "provider"


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({}, "host"),
        ({"host": ""}, "host"),
        ({"host": "mail", "port": "x"}, "port"),
        ({"host": "mail", "port": 70000}, "port"),
        ({"host": "mail", "starttls": "maybe"}, "starttls"),
        ({"host": "mail", "password": {"a": "hunter2"}}, "password"),
        ({"host": "mail", "username": "a\r\nb"}, "username"),
        ({"host": "two words"}, "host"),
    ],
)
def test_settings_that_are_wrong(settings, path):
    """A missing or odd setting is named, and its value, which may be a secret, is not repeated."""
    with pytest.raises(InvalidInput) as refused:
        decode_settings("smtp", settings)
    assert refused.value.path == f"settings.{path}"
    assert "hunter2" not in str(refused.value)


def test_unknown_settings_are_ignored():
    """What a provider does not know it passes over, as Courier does."""
    assert decode_settings("smtp", {"host": "mail", "colour": "red"}) == decode_settings("smtp", {"host": "mail"})


def test_secrets_are_masked():
    """Secrets are shown as eight stars, and what might be a misspelt one is not shown at all."""
    shown = masked("smtp", {"host": "mail", "password": "hunter2", "passwrd": "hunter2"})
    assert shown == {"host": "mail", "password": MASK}
    assert masked("pigeon", {"key": "hunter2"}) == {"key": MASK}


def test_what_was_shown_masked_may_be_written_back():
    """Settings read, changed and written keep the secret that nobody saw."""
    stored = {"host": "mail", "password": "hunter2"}
    shown = masked("smtp", stored) | {"host": "mail2"}
    assert unmasked("smtp", shown, stored) == {"host": "mail2", "password": "hunter2"}
    assert unmasked("smtp", {"host": "mail", "password": "new"}, stored)["password"] == "new"
