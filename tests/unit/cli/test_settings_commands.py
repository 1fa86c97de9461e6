"""Commands that set an environment up: what sources keep, providers, routing strategies, brands."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tidings.cli.main import main

TWILIO = ("add", "twilio", "--set", "account_sid=AC1", "--set", "from=+491")


def write(name: str, what: Any) -> str:
    """Write a JSON file; give its name."""
    Path(name).write_text(json.dumps(what))
    return name


def test_what_a_source_keeps_back(tidings: Any) -> None:
    """Settings that are given change and the others stay; a path that is none, or is not blocked, is refused."""
    _, (made,) = tidings("sources", "create", "--name", "shop")
    source = str(made["id"])
    tidings("sources", "set", source, "--strip-ip", "--block", "traits.ssn", "--block", "properties.card.number")
    _, (kept,) = tidings("sources", "set", source, "--unblock", "traits.ssn", "--historical-after", "48")
    _, (shown,) = tidings("sources", "show", source)

    blocked = ["properties.card.number"]
    wanted = {"strip_ip": True, "blocked_properties": blocked, "historical_after_hours": 48}
    assert kept["settings"] == shown["settings"] == wanted
    assert tidings("sources", "set", source, "--block", "card")[0] == 1
    assert tidings("sources", "set", source, "--unblock", "traits.ssn")[0] == 1
    _, (kept,) = tidings("sources", "set", source, "--keep-ip", "--historical-after", "0")
    assert kept["settings"] == {"strip_ip": False, "blocked_properties": blocked, "historical_after_hours": None}


def test_a_sources_keys(tidings: Any) -> None:
    """A key that is added stands beside the old one until that is revoked; a source is renamed and switched off."""
    _, (made,) = tidings("sources", "create", "--name", "shop")
    source = str(made["id"])
    _, (newer,) = tidings("sources", "rotate", source)
    _, keys = tidings("sources", "keys", source)
    assert (len(keys), newer["write_key"] != made["write_key"]) == (2, True)
    assert tidings("sources", "revoke", source, keys[0]["id"])[0] == 0
    assert [bool(key["revoked"]) for key in tidings("sources", "keys", source)[1]] == [True, False]
    assert tidings("sources", "key", source)[1][0]["write_key"] == newer["write_key"]
    tidings("sources", "rename", source, "store")
    assert tidings("sources", "disable", source)[1][0]["enabled"] is False
    assert tidings("sources", "enable", source)[1][0]["enabled"] is True
    assert tidings("sources", "show", source)[1][0]["name"] == "store"


HOOK = ("--name", "Hook", "--set", "url=https://example.com/h", "--set", "shared_secret=0123456789")


def test_a_destination(tidings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """It is found in the catalogue, added for a source, changed, switched and removed; its secret is never printed."""
    assert {"courier", "courier_cloud", "webhook", "segment"} <= {
        it["kind"] for it in tidings("destinations", "catalog")[1]
    }
    assert tidings("destinations", "add", "courier_cloud", "--name", "No key")[0] == 1
    code, (made,) = tidings("destinations", "add", "webhook", *HOOK, "--source", "1")
    assert (code, made["sources"], made["settings"]["shared_secret"]) == (0, [1], "********")
    hook = made["id"]
    _, (changed,) = tidings("destinations", "set", hook, "--set", "ordered=true", "--set", "shared_secret=")
    assert changed["settings"] == {"url": "https://example.com/h", "ordered": True}
    assert tidings("destinations", "disable", hook)[1][0]["enabled"] is False
    assert tidings("destinations", "enable", hook)[1][0]["enabled"] is True
    assert tidings("destinations", "deliveries", hook) == (0, [])
    assert tidings("destinations", "redeliver", hook)[1] == [{"id": hook, "queued": 0}]
    assert tidings("destinations", "test", hook)[1][0]["ok"] is True
    with pytest.raises(SystemExit):
        main(["destinations", "show", hook])
    assert "0123456789" not in capsys.readouterr().out
    assert [each["id"] for each in tidings("destinations", "list")[1]] == ["courier", hook]
    tidings("destinations", "remove", hook)
    assert tidings("destinations", "show", hook)[0] == 1


def test_a_destinations_filters(tidings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """One is added by a word or as JSON, and removed; a word that is none is answered with those there are."""
    allow = '{"type": "ALLOW_PROPERTIES", "fields": {"properties": ["total"]}}'
    filtered = ("destinations", "filter", "courier", "--title", "Real", "--if", "event = 'Order'", "--action")
    _, (made,) = tidings(*filtered, "only", "--action", allow)
    assert [action["type"] for action in made["filters"][0]["actions"]] == ["ONLY", "ALLOW_PROPERTIES"]
    for words, said in [
        ((*filtered, "NOPE"), "one of DROP, ONLY,"),
        ((*filtered[:6], "a = = 1", "--action", "DROP"), "column 5"),
    ]:
        with pytest.raises(SystemExit):
            main(list(words))
        assert said in capsys.readouterr().err
    _, (left,) = tidings("destinations", "unfilter", "courier", made["filters"][0]["id"])
    assert left["filters"] == []


def test_a_providers_account(tidings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """An account is added, changed, switched and removed; secrets come from files and are never printed."""
    Path("token").write_text("0123456789\n")
    code, (made,) = tidings("providers", *TWILIO, "--set-file", "auth_token=token", "--set", "timeout_s=5")
    assert code == 0
    assert made["settings"] == {
        "account_sid": "AC1",
        "auth_token": "********",
        "from": "+491",
        "timeout_s": 5,
    }
    rate = '{"rate": 10, "period": "second"}'
    limited = tidings("providers", "set", made["id"], "--set", f"rate_limit={rate}", "--alias", "texts")[1][0]
    assert (limited["alias"], limited["settings"]["rate_limit"]["rate"]) == ("texts", 10)
    _, (kept,) = tidings("providers", "set", made["id"], "--set", "timeout_s=", "--title", "Texts", "--alias", "")
    assert (kept["title"], kept["alias"], "timeout_s" in kept["settings"]) == ("Texts", None, False)
    assert tidings("providers", "set", made["id"], "--set", "auth_token=")[0] == 1
    assert tidings("providers", "disable", made["id"])[1][0]["enabled"] is False
    assert tidings("providers", "enable", made["id"])[1][0]["enabled"] is True
    with pytest.raises(SystemExit):
        main(["providers", "show", made["id"]])
    assert "0123456789" not in capsys.readouterr().out
    assert tidings("providers", "remove", made["id"])[0] == 0
    assert tidings("providers", "list") == (0, [])


def test_providers_have_an_order_and_a_test(tidings: Any) -> None:
    """Accounts are listed in the order to try, which can be arranged; one that does not work says why, with code 1."""
    smtp = ("providers", "add", "smtp", "--set", "host=127.0.0.1", "--set", "port=1", "--set", "timeout_s=1")
    ids = [tidings(*smtp)[1][0]["id"] for _ in range(2)]
    assert [each["id"] for each in tidings("providers", "order", ids[1], ids[0])[1]] == ids[::-1]
    assert [each["id"] for each in tidings("providers", "list")[1]] == ids[::-1]
    assert tidings("providers", "order", "pc_nobody")[0] == 1
    code, (tested,) = tidings("providers", "test", ids[0])
    assert (code, tested["ok"]) == (1, False)
    assert tested["detail"]
    catalog = tidings("providers", "catalog")[1]
    assert {"smtp", "twilio"} <= {each["provider"] for each in catalog}
    assert tidings("providers", "add", "pigeon")[0] == 1


def test_a_routing_strategy(tidings: Any) -> None:
    """A strategy is made of a file and replaced; the last account that it asks for cannot be removed."""
    _, (account,) = tidings("providers", *TWILIO, "--set", "auth_token=t")
    wish = {"name": "Urgent", "routing": {"method": "single", "channels": ["twilio", "email"]}, "tags": ["ops"]}
    _, (made,) = tidings("routing-strategies", "put", write("urgent.json", wish))
    assert tidings("providers", "remove", account["id"])[0] == 1
    wish["routing"] = {"method": "all", "channels": ["email", {"method": "single", "channels": ["push", "sms"]}]}
    _, (kept,) = tidings("routing-strategies", "put", write("urgent.json", wish), "--id", made["id"])
    _, (shown,) = tidings("routing-strategies", "show", made["id"])
    assert shown["routing"] == kept["routing"] == wish["routing"]
    assert (shown["tags"], shown["templates"], kept["id"]) == (["ops"], [], made["id"])
    assert [each["id"] for each in tidings("routing-strategies", "list")[1]] == [made["id"]]
    assert tidings("routing-strategies", "put", write("no.json", {"name": "x"}))[0] == 1
    assert tidings("routing-strategies", "put", write("urgent.json", wish), "--id", "rs_nobody")[0] == 1
    assert tidings("providers", "remove", account["id"])[0] == 0
    assert tidings("routing-strategies", "remove", made["id"])[0] == 0
    assert tidings("routing-strategies", "list") == (0, [])


def test_a_strategy_is_read_in_one_line(tidings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The list says a wish in words."""
    wish = {"method": "single", "channels": ["email", {"method": "all", "channels": ["push", "sms"]}]}
    tidings("routing-strategies", "put", write("x.json", {"name": "x", "routing": wish}))
    with pytest.raises(SystemExit):
        main(["routing-strategies", "list"])
    assert "email, then (all of push and sms)" in capsys.readouterr().out


def test_a_brand(tidings: Any) -> None:
    """A brand is made of a file under its id, replaced by another, made the default and removed, unless it is that."""
    brand = {"id": "shop", "name": "Shop", "settings": {"colors": {"primary": "#112233"}}}
    _, (made,) = tidings("brands", "put", write("shop.json", brand))
    assert (made["id"], made["is_default"]) == ("shop", True)
    _, (other,) = tidings("brands", "put", write("other.json", {"name": "Other"}))
    _, (kept,) = tidings("brands", "put", write("shop.json", {**brand, "name": "The shop"}))
    assert (kept["name"], kept["created"]) == ("The shop", made["created"])
    assert tidings("brands", "remove", "shop")[0] == 1
    assert tidings("brands", "default", other["id"])[1][0]["is_default"] is True
    _, (shown,) = tidings("brands", "show", "shop")
    assert (shown["settings"], shown["is_default"]) == (brand["settings"], False)
    assert tidings("brands", "remove", "shop")[0] == 0
    assert [each["id"] for each in tidings("brands", "list")[1]] == [other["id"]]
    wrong = {"name": "x", "settings": {"colors": {"primary": "no colour"}}}
    assert tidings("brands", "put", write("wrong.json", wrong))[0] == 1
    assert tidings("brands", "put", write("id.json", {"name": "x", "id": "a b"}))[0] == 1


def test_a_sources_oauth(tidings: Any) -> None:
    """An app's public key is registered, under ids of its own if it has any; then the source may enforce OAuth."""
    _, (made,) = tidings("sources", "create", "--name", "shop")
    source = str(made["id"])
    spki = PublicFormat.SubjectPublicKeyInfo
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    Path("public.pem").write_bytes(key.public_key().public_bytes(Encoding.PEM, spki))
    Path("private.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    assert tidings("sources", "oauth", "enforce", source)[0] == 1
    assert tidings("sources", "oauth", "add", source, "--public-key", "private.pem")[0] == 1
    _, (named,) = tidings(
        *("sources", "oauth", "add", source, "--public-key", "public.pem", "--client-id", "2app", "--key-id", "2key")
    )
    _, (other,) = tidings("sources", "oauth", "add", source, "--public-key", "public.pem")

    assert (named["client_id"], named["key_id"], named["fingerprint"]) == ("2app", "2key", other["fingerprint"])
    assert tidings("sources", "oauth", "list", source) == (0, [named, other])
    assert tidings("sources", "oauth", "enforce", source)[1][0]["enforce_oauth"] is True
    assert tidings("sources", "show", source)[1][0]["enforce_oauth"] is True
    assert tidings("sources", "oauth", "remove", source, other["id"]) == (0, [])
    assert tidings("sources", "oauth", "list", source)[1] == [named]
    assert tidings("sources", "oauth", "enforce", source, "--off")[1][0]["enforce_oauth"] is False
