"""The whole story, as somebody new to it lives it: from the first link to the explanation of a message."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

Shot = Callable[[Page, str], None]


def test_from_the_first_link_to_a_message_that_is_explained(studio: Any, shot: Shot) -> None:
    """Sign in, make a source, see a call live, write a template, map it from the log, send, see it sent, read why."""
    page = studio.page(signed_in=False)
    page.goto(f"{studio.url}/studio/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    printed = re.search(r"Studio +(http\S+)", studio.printed)
    assert printed
    page.goto(printed[1])
    expect(page.get_by_role("heading", level=1, name="Welcome")).to_be_visible()

    page.get_by_role("link", name="Sources").first.click()
    page.get_by_role("button", name="New source").click()
    page.get_by_label("Name").fill("Shop")
    page.get_by_role("button", name="Create").click()
    key = page.get_by_label("Write key", exact=True).inner_text().strip()
    page.get_by_role("tab", name="Live debugger").click()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    call(studio, key, type="identify", userId="ann", traits={"name": "Ann", "email": "ann@example.com"})
    call(studio, key, type="track", userId="ann", event="Order Completed", properties={"order": "A-1"})
    expect(page.get_by_role("list", name="Calls, newest first").get_by_role("button")).to_have_count(2)

    page.get_by_role("link", name="Templates").first.click()
    page.get_by_role("button", name="New template").first.click()
    page.get_by_role("textbox", name="Name").fill("Order confirmation")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("group", name="Subject").click()
    page.keyboard.type("Your order {{order}}")
    page.get_by_role("group", name="Text").click()
    page.keyboard.type("Thank you, {{profile.name}}.")
    page.keyboard.press("Enter")
    page.keyboard.type("It left us today.")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("is what is sent from now on")).to_be_visible()

    page.goto(f"{studio.url}/studio/events/log")
    page.get_by_role("link", name="track · Order Completed").first.click()
    page.get_by_role("combobox", name="Notification").click()
    page.get_by_role("option", name="Order confirmation").click()
    page.get_by_role("button", name="Map to notification").click()
    expect(page.get_by_text("Each call sends Order confirmation.")).to_be_visible()

    call(studio, key, type="track", userId="ann", event="Order Completed", properties={"order": "A-2"})
    page.get_by_role("link", name="Data logs").first.click()
    page.get_by_role("table", name="Messages").get_by_role("row").filter(has_text="SENT").locator("a[data-row]").click()
    expect(page.get_by_text("SENT: it went by email, outbox")).to_be_visible()
    expect(page.get_by_text("Mapped to a template")).to_be_visible()
    written = page.frame_locator("iframe").first.get_by_role("article")
    expect(written.get_by_text("Thank you, Ann.")).to_be_visible()
    expect(page.get_by_text("Your order A-2").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/studio/logs/1-"))
    shot(page, "story")
    assert page.complaints == []


def call(studio: Any, key: str, **body: Any) -> None:
    """Send a call with the source's own key, as a library of Segment's does."""
    answer = studio.api.post(f"/v1/{body['type']}", json=body, headers={"X-Write-Key": key, "Authorization": ""})
    assert answer.json() == {"success": True}
