"""The screens of sources: connecting one, watching its calls, knowing its events."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from playwright.sync_api import Page, expect

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


Call = Callable[..., None]


@pytest.fixture
def shop(studio: Any) -> tuple[str, Call]:
    """A source that a test has for itself: its address in Studio, and something that sends its calls."""
    made = studio.api.post("/sources", json={"name": "Web shop"}).json()

    def call(kind: str, **fields: Any) -> None:
        headers = {"X-Write-Key": made["write_key"], "Authorization": ""}
        assert studio.api.post(f"/v1/{kind}", json={"userId": "ann", **fields}, headers=headers).json() == {
            "success": True
        }

    return f"{studio.url}/studio/sources/{made['id']}", call


def test_a_source_is_made_and_connected(studio: Any, page: Page, axe: Check, shot: Shot) -> None:
    """A new source shows its key and the address in snippets for each library, and waits for its first call."""
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


def test_calls_are_watched_live(shop: tuple[str, Call], page: Page, axe: Check, shot: Shot) -> None:
    """Calls appear as they come, raw and normalised; a pause holds new ones back; words find some."""
    address, call = shop
    page.goto(f"{address}?tab=debugger")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    for total in (20, 27.5):
        call("track", event="Order Completed", properties={"total": total})
    rows = page.get_by_role("list", name="Calls, newest first").get_by_role("button")
    expect(rows).to_have_count(2)
    expect(page.get_by_role("region", name="The call as it came")).to_contain_text("27.5")
    expect(page.get_by_role("region", name="The call as it was understood")).to_contain_text("receivedAt")
    rows.nth(1).click()
    expect(page).to_have_url(re.compile(r"call="))
    expect(page.get_by_role("region", name="The call as it came")).to_contain_text("20")
    page.get_by_role("button", name="Pause").click()
    call("page", name="Home")
    expect(page.get_by_role("button", name="Resume, 1 new")).to_be_visible()
    axe(page)
    shot(page, "source-debugger")
    page.get_by_role("button", name="Resume").click()
    expect(rows).to_have_count(3)
    page.get_by_role("searchbox", name="Filter calls").fill("completed 27.5")
    expect(rows).to_have_count(1)


def test_a_source_lets_apps_in_with_oauth(shop: tuple[str, Call], page: Page, axe: Check, shot: Shot) -> None:
    """An app's public key is pasted, and its library's settings are shown; then OAuth is enforced, and the key goes."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    address, _ = shop
    page.goto(f"{address}?tab=settings")
    enforce = page.get_by_role("switch", name="Enforce OAuth")
    expect(enforce).to_be_disabled()
    page.get_by_role("button", name="Add an OAuth key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Public key").fill(private)
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("this is a private key")
    dialog.get_by_label("Public key").fill(public)
    dialog.get_by_label("App id").fill("2app")
    axe(page)
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog.get_by_role("region", name="Settings for the library")).to_contain_text("clientId: '2app'")
    axe(page)
    dialog.get_by_role("button", name="Done").click()

    enforce.click()
    expect(page.get_by_text("OAuth is enforced.")).to_be_visible()
    expect(page.get_by_role("region", name="OAuth")).to_contain_text("App 2app")
    axe(page)
    shot(page, "source-oauth")
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No key is left, so nothing opens this source.")).to_be_visible()
    enforce.click()
    expect(enforce).to_be_disabled()


def test_a_source_is_known_and_set_up(shop: tuple[str, Call], page: Page, axe: Check, shot: Shot) -> None:
    """Its events are listed with the look of their properties; it is renamed, and its key is rotated."""
    address, call = shop
    call("track", event="Cart Viewed", properties={"total": 27.5})
    page.goto(f"{address}?tab=events")
    page.get_by_role("button", name="Cart Viewed").click()
    expect(page.get_by_role("table", name="Properties of Cart Viewed")).to_contain_text("total")
    axe(page)
    shot(page, "source-events")

    page.get_by_role("tab", name="Settings", exact=True).click()
    page.get_by_label("Name").fill("Book shop")
    page.get_by_role("combobox", name="Blocked properties").fill("traits.ssn")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Book shop", exact=True)).to_be_visible()
    page.get_by_role("button", name="Add a key").click()
    expect(page.get_by_role("button", name="Revoke")).to_have_count(2)
    page.get_by_role("button", name="Revoke").last.click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("revoked", exact=True)).to_be_visible()
    axe(page)
    shot(page, "source-settings")

    page.get_by_role("link", name="Sources").last.click()
    expect(page.get_by_role("row").filter(has_text="Book shop")).to_contain_text("enabled")
    axe(page)
    shot(page, "sources")
