"""The screens of sources: connecting one, watching its calls, knowing its events."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def test_a_source_is_made_connected_and_watched(studio: Any, page: Page, axe: Check, shot: Shot) -> None:
    """A new source shows its key in snippets; its calls appear live, raw and normalised; it is renamed and rotated."""
    page.goto(f"{studio.url}/studio/sources")
    page.get_by_role("button", name="New source").click()
    page.get_by_label("Name").fill("Web shop")
    axe(page)
    page.get_by_role("button", name="Create").click()

    expect(page.get_by_role("heading", name="Web shop", level=1)).to_be_visible()
    key = page.get_by_label("Write key", exact=True).inner_text().strip()
    assert re.fullmatch(r"[0-9a-f]{64}", key)
    for library in ("Node", "Browser", "curl", "Pixel"):
        page.get_by_role("tab", name=library, exact=True).click()
        snippet = page.get_by_role("region", name=f"Snippet for {library}", exact=True)
        expect(snippet).to_contain_text(key)
        expect(snippet).to_contain_text(studio.url)
    expect(page.get_by_text("Waiting for the first call")).to_be_visible()
    axe(page)
    shot(page, "source-connect")

    page.get_by_role("tab", name="Live debugger").click()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing in the last hour")).to_be_visible()
    for total in (20, 27.5):
        call = {"type": "track", "event": "Order Completed", "userId": "ann", "properties": {"total": total}}
        studio.api.post("/v1/track", json=call, headers={"X-Write-Key": key, "Authorization": ""})
    rows = page.get_by_role("list", name="Calls, newest first").get_by_role("button")
    expect(rows).to_have_count(2)
    expect(page.get_by_role("region", name="The call as it came")).to_contain_text("27.5")
    expect(page.get_by_role("region", name="The call as it was understood")).to_contain_text("receivedAt")
    rows.nth(1).click()
    expect(page).to_have_url(re.compile(r"call="))
    expect(page.get_by_role("region", name="The call as it came")).to_contain_text("20")
    page.get_by_role("button", name="Pause").click()
    studio.api.post(
        "/v1/page", json={"name": "Home", "userId": "ann"}, headers={"X-Write-Key": key, "Authorization": ""}
    )
    expect(page.get_by_role("button", name="Resume, 1 new")).to_be_visible()
    axe(page)
    shot(page, "source-debugger")
    page.get_by_role("button", name="Resume").click()
    expect(rows).to_have_count(3)
    page.get_by_role("searchbox", name="Filter calls").fill("completed 27.5")
    expect(rows).to_have_count(1)

    page.get_by_role("tab", name="Events", exact=True).click()
    page.get_by_role("button", name="Order Completed").click()
    expect(page.get_by_role("table", name="Properties of Order Completed")).to_contain_text("total")
    axe(page)
    shot(page, "source-events")

    page.get_by_role("tab", name="Settings", exact=True).click()
    page.get_by_label("Name").fill("Shop")
    page.get_by_role("combobox", name="Blocked properties").fill("traits.ssn")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Shop", exact=True)).to_be_visible()
    page.get_by_role("button", name="Add a key").click()
    expect(page.get_by_role("button", name="Revoke")).to_have_count(2)
    page.get_by_role("button", name="Revoke").last.click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("revoked", exact=True)).to_be_visible()
    axe(page)
    shot(page, "source-settings")

    page.get_by_role("link", name="Sources").last.click()
    expect(page.get_by_role("row").filter(has_text="Shop")).to_contain_text("enabled")
    axe(page)
    shot(page, "sources")
