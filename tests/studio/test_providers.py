"""The screens of providers: adding an account, trying it, watching it."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Page, expect

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


class Postbox:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 aiosmtpd's name
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture(scope="module")
def postbox() -> Iterator[tuple[int, Postbox]]:
    """A real SMTP server: its port, and what it got."""
    handler = Postbox()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield port, handler
    controller.stop()


def test_an_account_is_added_and_tried(
    world: Any, page: Page, postbox: tuple[int, Postbox], axe: Check, shot: Shot
) -> None:
    """SMTP is found by its channel, described by its page, set up, logged in to; a real message arrives."""
    port, box = postbox
    page.goto(world("shop").at("providers"))
    expect(page.get_by_role("heading", name="Nobody delivers yet")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Add provider").first.click()
    channels = page.get_by_role("group", name="Channel")
    channels.get_by_text("SMS").click()
    expect(page.get_by_role("button", name="SMTP")).to_have_count(0)
    axe(page)
    shot(page, "provider-catalog")
    channels.get_by_text("Email").click()
    page.get_by_role("button", name="SMTP").click()
    expect(page.get_by_text("Name or address of the server.")).to_be_visible()
    page.get_by_role("button", name="Add SMTP").click()
    expect(page.get_by_text("smtp needs the setting host")).to_be_visible()
    page.get_by_role("textbox", name="Host", exact=True).fill("127.0.0.1")
    page.get_by_role("textbox", name="Port", exact=True).fill(str(port))
    page.get_by_role("textbox", name="From address", exact=True).fill("shop@example.com")
    page.get_by_role("button", name="Add SMTP").click()

    expect(page.get_by_role("heading", name="SMTP", level=1)).to_be_visible()
    page.get_by_role("button", name="Log in now").click()
    expect(page.get_by_text("It works")).to_be_visible()
    page.get_by_role("textbox", name="Email address", exact=True).fill("ann@example.com")
    page.get_by_role("button", name="Send a real message").click()
    expect(page.get_by_text("SENT", exact=True)).to_be_visible()
    assert [letter.rcpt_tos for letter in box.letters] == [["ann@example.com"]]
    axe(page)
    shot(page, "provider")

    expect(page.get_by_text("answers", exact=True)).to_be_visible()
    page.get_by_role("button", name="Read about SMTP").click()
    expect(page.get_by_role("dialog", name="SMTP")).to_contain_text("Limitations and quirks")
    axe(page)
    shot(page, "provider-guide")
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="Account", exact=True).fill("Main relay")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Main relay · Email")).to_be_visible()
    page.get_by_role("link", name="Providers").last.click()
    expect(page.get_by_role("row").filter(has_text="Main relay")).to_contain_text("first")
    axe(page)
    shot(page, "providers")


def test_where_a_service_reports(studio: Any, page: Page, axe: Check) -> None:
    """A provider that tells what became of messages shows the address to enter there; its secrets stay hidden."""
    settings = {"account_sid": "AC1", "auth_token": "very-secret", "from": "+15005550006"}
    made = studio.api.post("/providers", json={"provider": "twilio", "settings": settings}).json()
    page.goto(f"{studio.url}/studio/providers/{made['id']}")
    expect(page.get_by_label("The address of its webhook")).to_contain_text(f"{studio.url}/receipts/{made['id']}")
    assert "very-secret" not in page.content()
    axe(page)
    page.get_by_role("button", name="Remove this account").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="Providers", level=1)).to_be_visible()


def test_accounts_are_put_in_order_and_switched(world: Any, page: Page, axe: Check, shot: Shot) -> None:
    """By the keyboard and by hand, in one place; what is off is asked no more, and the order is kept."""
    shop = world("shop-of-three")
    for title in ("Main relay", "Second relay", "Third relay"):
        body = {"provider": "smtp", "title": title, "settings": {"host": "mail.example.com"}}
        assert shop.api.post("/providers", json=body).is_success
    page.goto(shop.at("providers"))
    page.get_by_role("button", name="Order and switches").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Move SMTP, Third relay").press("ArrowUp")
    expect(dialog.get_by_role("listitem").nth(1)).to_contain_text("Third relay")
    dialog.get_by_role("button", name="Move SMTP, Third relay").drag_to(dialog.get_by_role("listitem").nth(0))
    expect(dialog.get_by_role("listitem").nth(0)).to_contain_text("Third relay")
    dialog.get_by_role("switch", name="SMTP, Third relay").press("Space")
    expect(dialog.get_by_text("off", exact=True).first).to_be_visible()
    axe(page)
    shot(page, "provider-order")
    page.keyboard.press("Escape")
    expect(page.get_by_role("row").filter(has_text="Main relay")).to_contain_text("first")
    listed = shop.api.get("/providers").json()["results"]
    assert [one["title"] for one in listed] == ["Third relay", "Main relay", "Second relay"]
    assert [one["enabled"] for one in listed] == [False, True, True]
