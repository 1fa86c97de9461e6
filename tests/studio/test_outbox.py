"""The outbox: what would have gone out, as it would have looked."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]

BODY = "Your order is on its way.\n\n**Two** pairs of socks, and a hat."


def test_a_kept_message_is_looked_at(studio: Any, page: Page, axe: Check, shot: Shot) -> None:
    """It teaches while it is empty; then each message is shown as it would have looked, and may be linked to."""
    page.goto(f"{studio.url}/studio/outbox")
    expect(page.get_by_role("heading", name="The outbox is empty")).to_be_visible()
    axe(page)

    for number in range(3):
        to = {"email": f"user-{number}@example.com"}
        message = {"to": to, "content": {"title": f"Order {number}", "body": BODY}}
        assert studio.api.post("/send", json={"message": message}).status_code == 202
    page.get_by_role("link", name="Order 1").click()
    drawer = page.get_by_role("dialog", name="Kept message")
    seen = drawer.frame_locator("iframe")
    words = seen.get_by_text("Two pairs of socks, and a hat.", exact=True)
    expect(words).to_be_visible()
    assert "Times" not in words.evaluate("element => getComputedStyle(element).fontFamily")  # its own styles hold
    axe(page)
    shot(page, "outbox")
    drawer.get_by_role("tab", name="Words").click()
    expect(drawer.get_by_role("region", name="The message in words")).to_contain_text("socks")

    page.reload()
    expect(page.get_by_role("dialog").get_by_text("user-1@example.com", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{studio.url}/studio/outbox")
