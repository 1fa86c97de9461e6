"""Home: how to begin, and then what happens."""

import re
import subprocess
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def test_home_teaches_how_to_begin(studio: Any, world: Any, page: Page, axe: Check, shot: Shot) -> None:
    """The snippets lead here; the first message turns the steps into charts."""
    shop = world("shop", "simulated")
    write_key = shop.api.post("/sources", json={"name": "first source"}).json()["write_key"]
    page.goto(shop.at())
    expect(page.get_by_role("heading", level=1, name="Welcome")).to_be_visible()
    snippet = page.get_by_role("region", name="A first call: Python")
    expect(snippet).to_contain_text(write_key)
    expect(snippet).to_contain_text(studio.url)
    axe(page)
    shot(page, "welcome")
    page.get_by_role("tab", name="Browser", exact=True).click()
    expect(page.get_by_role("region", name="A first call: Browser", exact=True)).to_contain_text("analytics.min.js")

    page.get_by_role("button", name="Send it from here").click()
    expect(page.get_by_role("heading", level=1, name="Home")).to_be_visible()
    latest = page.get_by_role("region", name="Latest messages")
    expect(latest.get_by_text("inline content")).to_be_visible()
    expect(latest.get_by_text("SIMULATED")).to_be_visible()


def test_home_shows_what_happens(studio: Any, page: Page, axe: Check, shot: Shot) -> None:
    """Calls appear as they come; the command that is shown has an event send; charts count it all."""
    page.goto(f"{studio.url}/studio/")
    studio.track("Signed Up")
    calls, messages = (page.get_by_role("region", name=f"Latest {name}") for name in ("calls", "messages"))
    expect(calls.get_by_text("track · Signed Up")).to_be_visible()
    expect(calls.get_by_text("UNMAPPED")).to_be_visible()

    shown = messages.get_by_role("region", name="A command to copy").inner_text()
    command = ["bash", "-c", shown.replace("YOUR_API_KEY", studio.api_key).replace("curl", "curl -sf", 1)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 our own command
    studio.api.post("/profiles/ann", json={"profile": {"name": "Ann", "email": "ann@example.com"}})
    studio.track("Signed Up")
    expect(messages.get_by_text("SENT", exact=True)).to_be_visible()
    rule = {"operator": "EQ", "path": "name", "value": "Ann"}
    studio.api.put("/audiences/anns", json={"name": "Who is called Ann", "filter": rule})
    for number in range(8):
        studio.track("Signed Up", f"user-{number}")
        studio.track("Song Played", f"user-{number}", title="So What")
    expect(messages.get_by_text("UNROUTABLE").first).to_be_visible()
    expect(calls.get_by_text("track · Song Played").first).to_be_visible()

    page.reload()  # what is counted is asked for every ten seconds
    expect(page.get_by_role("figure", name=re.compile(r"Calls: .*UNMAPPED 9"))).to_be_visible()
    expect(page.get_by_role("figure", name=re.compile(r"Messages: .*UNROUTABLE 8"))).to_be_visible()
    failures = page.get_by_role("region", name="Failures by reason")
    expect(failures.get_by_text("NO_CHANNELS")).to_be_visible()
    expect(page.get_by_role("figure", name="Audiences: JOINED 1")).to_be_visible()
    expect(page.get_by_role("region", name="Health").get_by_text("works")).to_have_count(3)
    axe(page)
    shot(page, "home")

    page.get_by_role("radiogroup", name="Period").get_by_text("Hour").click()
    expect(page).to_have_url(f"{studio.url}/studio/?period=hour")
    page.get_by_role("radiogroup", name="Messages").get_by_text("By channel").click()
    expect(page.get_by_role("figure", name=re.compile(r"Messages: email 1"))).to_be_visible()

    failures.get_by_role("link", name="NO_CHANNELS").click()
    expect(page).to_have_url(f"{studio.url}/studio/logs?status=UNROUTABLE&reason=NO_CHANNELS&since=1h")
    expect(page.get_by_role("table", name="Messages").get_by_text("UNROUTABLE")).to_have_count(8)
    page.go_back()
    messages.get_by_role("link", name="Signed Up").first.click()
    expect(page).to_have_url(re.compile(r"/studio/logs/1-"))
    page.go_back()
    calls.get_by_role("link", name="Song Played").first.click()
    expect(page).to_have_url(re.compile(r"/studio/events/log/1-"))
    page.go_back()
    calls.get_by_role("link", name="user-7").first.click()
    expect(page).to_have_url(f"{studio.url}/studio/users/user-7")


def test_home_says_when_nothing_is_sent(studio: Any, page: Page, axe: Check) -> None:
    """A held installation says so, why, and how to let messages go."""
    studio.cli("hold", "--json")
    try:
        page.goto(f"{studio.url}/studio/")
        expect(page.get_by_text("No message is sent")).to_be_visible()
        expect(page.get_by_text("tidings release", exact=True)).to_be_visible()
        axe(page)
    finally:
        studio.cli("release", "--yes", "--json")
