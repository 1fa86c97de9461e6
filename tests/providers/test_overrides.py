"""What one message changes of how it is sent: a provider's request, and an account's settings."""

from email import message_from_bytes
from email.policy import default

import msgspec
import pytest

from tidings.channels import Way
from tidings.errors import InvalidInput
from tidings.messages import Reason, Sent, Undeliverable
from tidings.provider_configs import ProviderConfig
from tidings.providers import catalog
from tidings.providers.base import Account
from tidings.providers.catalog import CATALOG, catalog_entry, changed_settings
from tidings.providers.fleet import Fleet
from tidings.testing import SmtpServer
from tidings.testing.stands import STANDS, dispatch_of, provider_at
from tidings.workspaces import Environment

LIVE = Environment(1, 1, "production", "live")


def asked(key, service, **override):
    """Make what the stand's provider is to send, with changes."""
    return dispatch_of(key, service=service, override=override)


def config(key, **settings):
    """Make an account as it is stored."""
    fields = {"environment_id": 1, "id": "pc_1", "provider": key, "title": key, "alias": None}
    return ProviderConfig(**fields, settings=settings, created=1, updated=1)


@pytest.fixture
async def fleet(provider_configs, outbox_store):
    """Accounts of an environment, with a mail server of the installation's own."""

    class Clock:
        def now_ms(self):
            return 1

    async with SmtpServer() as server:
        account = Account(email_from="shop@shop.test", private_urls=True)
        made = Fleet(configs=provider_configs, outbox=outbox_store, smtp_url=server.url, account=account, clock=Clock())
        yield made
        await made.close()


async def handed(fleet, provider_configs, stored, dispatch, address=""):
    """Store an account and hand a message to it."""
    await provider_configs.put(stored)
    await fleet.available(LIVE)
    return await fleet.send(Way(dispatch.channel, stored.provider, stored.id, address), dispatch)


def refused(outcome, words):
    """See that a message was not sent, and that it is said what of it could not be done."""
    assert isinstance(outcome, Undeliverable)
    assert outcome.reason is Reason.PROVIDER_ERROR
    assert words in outcome.detail


async def test_the_request_is_changed():
    """Body, headers, path and method are the message's; what it does not name stays."""
    async with STANDS["webhook"].service() as service:
        provider = provider_at("webhook", service)
        changes = {"body": {"extra": 1}, "headers": {"X-A": "b"}, "url": f"{service.url}/hooks/two", "method": "put"}
        assert isinstance(await provider.send(asked("webhook", service, **changes)), Sent)
        await provider.close()
    (request,) = service.received
    assert (request.method, request.path, request.headers["x-a"]) == ("PUT", "/hooks/two", "b")
    assert request.json == {"title": "Your diagnosis", "body": "is private", "extra": 1}


async def test_another_place_is_not_shown_the_login():
    """A webhook may go anywhere; the settings' login goes to the settings' URL alone."""
    login = {"auth": "bearer", "token": "secret-token"}
    async with STANDS["webhook"].service() as service:
        provider = provider_at("webhook", service, **login)
        for changes in ({}, {"url": f"{service.url}/hooks/other"}):
            assert isinstance(await provider.send(asked("webhook", service, **changes)), Sent)
        await provider.close()
    first, second = service.received
    assert first.headers["authorization"] == "Bearer secret-token"
    assert "authorization" not in second.headers


@pytest.mark.parametrize(
    ("key", "changes", "words"),
    [
        ("postmark", {"url": "https://evil.test/email"}, "another host"),
        ("postmark", {"url": "//evil.test"}, "another host"),
        ("postmark", {"url": "http://[::1"}, "another host"),
        ("postmark", {"method": "DELETE"}, "POST, PUT or PATCH"),
        ("web-push", {"body": {"a": 1}}, "no fields"),
    ],
)
async def test_what_cannot_be_changed_is_said(key, changes, words):
    """Nothing is left out in silence, and no key is shown to another host."""
    async with STANDS[key].service() as service:
        provider = provider_at(key, service)
        refused(await provider.send(asked(key, service, **changes)), words)
        await provider.close()
        assert not service.received


async def test_settings_are_changed_for_one_message(fleet, provider_configs):
    """`config` holds for its message alone, in Courier's spelling; Postmark's `url` is the path that is asked."""
    async with STANDS["postmark"].service() as service:
        stored = config("postmark", base_url=service.url, **STANDS["postmark"].settings(service))
        stream = asked("postmark", service, config={"MessageStream": "bulk"})
        outcomes = [await handed(fleet, provider_configs, stored, one) for one in (stream, stream)]
        outcomes.append(await handed(fleet, provider_configs, stored, asked("postmark", service)))
        assert [type(one) for one in outcomes] == [Sent] * 3
        streams = [request.json.get("MessageStream") for request in service.received]
        assert streams == ["bulk", "bulk", None]
        assert service.connections == 2  # the changed account is kept ready
        wrong = asked("postmark", service, config={"apiKey": "wrong"})
        refused(await handed(fleet, provider_configs, stored, wrong), "401")
        path = asked("postmark", service, config={"url": "/email/withTemplate"})
        await handed(fleet, provider_configs, stored, path)
        assert service.received[-1].path == "/email/withTemplate"
        odd = asked("postmark", service, config={"timeout_s": 900})
        refused(await handed(fleet, provider_configs, stored, odd), "providers.postmark.override.config: postmark")


@pytest.mark.parametrize("key", sorted(CATALOG))
def test_stored_secrets_go_nowhere_else(key, monkeypatch):
    """A message that names another place to send to brings the secrets for it; elsewhere the stored ones stay."""
    monkeypatch.setattr(catalog, "decode_settings", lambda _, given: given)
    shown = catalog_entry(key)["settings"]
    stored = dict.fromkeys(shown, "stored")
    secret = {name for name, setting in shown.items() if setting.get("secret")}
    places = shown.keys() & {"base_url", "url", "host", "port", "secure", "starttls", "verify"}
    for place in places - CATALOG[key].settings.FIXED:
        assert not secret & changed_settings(key, stored, {place: "elsewhere"}).keys()
    assert secret <= changed_settings(key, stored, {"timeoutS": 1}).keys()


@pytest.mark.parametrize("place", ["host", "port"])
def test_a_message_chooses_no_mail_server(place):
    """Which could be one of the own network."""
    with pytest.raises(InvalidInput, match=place):
        changed_settings("smtp", {"host": "mail.test"}, {place: "10"})


async def test_the_installations_own_mail_server_is_everybodys(fleet):
    """Its settings are no account's, and no message changes them."""
    dispatch = dispatch_of("sendgrid", override={"config": {"host": "elsewhere"}})
    refused(await fleet.send(Way("email", "smtp", "", "a@b.test"), dispatch), "override.config")


async def test_apprise_takes_no_body(fleet, provider_configs):
    """What a provider cannot do is told, not left out."""
    stored = config("apprise", urls="json://localhost")
    dispatch = dispatch_of("slack", override={"body": {"a": 1}})
    refused(await handed(fleet, provider_configs, stored, dispatch), "providers.apprise.override.body")


async def test_an_email_by_smtp_takes_nodemailers_fields(smtp_at, server, dispatch):
    """`body` is in the fields of Nodemailer's messages, files and headers among them."""
    files = [{"filename": "a.txt", "content": "hello"}, {"filename": "b.bin", "content": "aGk=", "encoding": "base64"}]
    body = {"subject": "Changed", "replyTo": "desk@shop.test", "attachments": files, "headers": {"X-One": "1"}}
    changed = msgspec.structs.replace(dispatch(), override={"body": body, "headers": {"X-Two": "2"}})
    assert isinstance(await smtp_at(server).send(changed), Sent)
    mail = message_from_bytes(server.received[0].raw, policy=default)
    assert (mail["Subject"], mail["Reply-To"], mail["X-One"], mail["X-Two"]) == ("Changed", "desk@shop.test", "1", "2")
    found = {part.get_filename(): part.get_payload(decode=True).strip() for part in mail.iter_attachments()}
    assert found == {"a.txt": b"hello", "b.bin": b"hi"}
