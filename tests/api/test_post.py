"""Mail to the team: by the installation's own mail server, and nobody learns who has an account."""

import asyncio
import dataclasses
import email
import email.policy
import re

import httpx
import msgspec
import pytest

from tidings.accounts import Account, Role
from tidings.api.application import create_application
from tidings.api.studio.post import NO_ADDRESS, NO_SERVER, Post
from tidings.backends.sql.outbox_store import SqlOutboxStore
from tidings.backends.sql.provider_config_store import SqlProviderConfigStore
from tidings.channels import EmailContent
from tidings.messages import Sent
from tidings.providers.base import Account as ProviderAccount
from tidings.providers.fleet import Fleet
from tidings.testing.smtp import Mood, SmtpServer

HERE, PUBLIC = {"Tidings-Environment": "production"}, "https://tidings.example.com"
PASSWORD = "correct horse battery"


@pytest.fixture
async def mailbox():
    """A mail server."""
    async with SmtpServer() as server:
        yield server


@pytest.fixture
async def post(services, database, mailbox):
    """What sends mail by it, as the API process does."""
    fleet = Fleet(
        configs=SqlProviderConfigStore(database, services.secrets),
        outbox=SqlOutboxStore(database),
        smtp_url=mailbox.url,
        account=ProviderAccount(email_from="tidings <tidings@example.com>"),
        clock=services.clock,
    )

    async def hand_over(dispatch):
        assert isinstance(dispatch.content, EmailContent)
        outcome = await fleet.smtp.send(dispatch)
        return "" if isinstance(outcome, Sent) else outcome.detail

    made = Post(hand_over=hand_over, public_url=PUBLIC, clock=services.clock)
    yield made
    await made.close()
    await fleet.close()


@pytest.fixture
async def ann(services):
    """An administrator with a password."""
    account = Account(id="acc_ann", workspace_id=1, email="ann@example.com", role=Role.ADMIN, created=1)
    return await services.accounts.add(account, password_hash=await services.proofs.hash(PASSWORD))


@pytest.fixture
async def browser(services, post, ann):
    """A browser before a server that can send mail."""
    config = msgspec.structs.replace(services.config, public_url=PUBLIC)
    app = create_application(services=dataclasses.replace(services, post=post, config=config))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://tidings.test", headers=HERE) as client:
        yield client


async def sign_in(browser):
    """Be Ann."""
    answer = await browser.post("/account/sign-in", json={"email": "ann@example.com", "password": PASSWORD})
    assert answer.status_code == 200


def token_in(mail):
    """Find the link in a mail, as its reader finds it."""
    parts = email.message_from_bytes(mail.raw, policy=email.policy.default).walk()
    (text,) = [part.get_content() for part in parts if part.get_content_type() == "text/plain"]
    return re.search(rf"{PUBLIC}/studio/invitation#(\S+)", text)[1]


async def test_an_invitation_goes_out_by_mail(browser, mailbox, api):
    """The link is shown too; neither log nor outbox of an environment has it."""
    await sign_in(browser)

    answer = await browser.post("/accounts", json={"email": "bob@example.com", "role": "designer"})

    link = answer.json()["link"]
    assert (link["mailed"], link["not_mailed"]) == (True, "")
    (mail,) = mailbox.received
    assert mail.recipients == ("bob@example.com",)
    assert token_in(mail) == link["url"].partition("#")[2]
    assert (await api.get("/messages")).json()["results"] == []
    assert (await api.get("/outbox")).json()["results"] == []


async def test_what_cannot_be_sent_says_why(browser, mailbox, post):
    """The invitation stands, with the link."""
    await sign_in(browser)
    mailbox.script(Mood.REFUSE_RECIPIENT)

    answer = await browser.post("/accounts", json={"email": "bob@example.com", "role": "designer"})

    link = answer.json()["link"]
    assert not link["mailed"]
    assert "550" in link["not_mailed"]
    assert link["url"].startswith(PUBLIC)
    assert Post(hand_over=None, public_url=PUBLIC, clock=None).lack == NO_SERVER
    assert Post(hand_over=post, public_url="", clock=None).lack == NO_ADDRESS


async def test_a_forgotten_password_is_set_anew_by_a_link_in_a_mail(browser, mailbox, post, services):
    """Once; an unknown address and an invitation that waits are answered alike, and get none."""
    waiting = Account(id="acc_bob", workspace_id=1, email="bob@example.com", role=Role.ANALYST, created=1)
    await services.accounts.add(waiting)
    for address in ("ann@example.com", "bob@example.com", "eve@example.com"):
        answer = await browser.post("/account/forgotten", json={"email": address})
        assert (answer.status_code, answer.content) == (204, b"")
    await post.close()

    (mail,) = mailbox.received
    assert mail.recipients == ("ann@example.com",)
    said = {"token": token_in(mail), "password": "another horse battery"}
    assert (await browser.post("/account/links/accept", json=said)).status_code == 200
    assert (await browser.post("/account/links/accept", json=said)).status_code == 404


async def test_who_asks_for_mails_too_often_waits(browser, services, monkeypatch):
    """Whether there is such an account or not."""
    now = services.clock.now_ms()
    monkeypatch.setattr(services.clock, "now_ms", lambda: now)
    seen = [(await browser.post("/account/forgotten", json={"email": "eve@example.com"})).status_code for _ in range(5)]

    assert seen == [204, 204, 204, 429, 429]


async def test_no_more_mails_wait_than_can_be_kept(services):
    """The next is sent away, whoever it is for."""
    post, gate = Post(hand_over=None, public_url="", clock=services.clock), asyncio.Event()

    async def work():
        await gate.wait()

    for _ in range(20):
        post.send_later(work)
    with pytest.raises(Exception, match="many mails wait"):
        post.send_later(work)
    gate.set()
    await post.close()


async def test_nothing_is_promised_where_no_mail_can_be_sent(stranger, refused):
    """The sign-in page shows no such link."""
    stranger.headers.update(HERE)

    assert not (await stranger.get("/account/sign-in")).json()["forgotten"]
    refused(await stranger.post("/account/forgotten", json={"email": "ann@example.com"}), 409, "TIDINGS_SMTP_URL")
