"""The screens of preferences: topics, the page on which recipients choose, the sending rules."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def test_topics_are_written(world: Any, page: Page, axe: Check, shot: Shot) -> None:
    """A section that lets recipients choose channels, and a topic in it that gathers a digest."""
    shop = world("shop")
    content = {"version": "2022-01-01", "elements": []}
    body = {"notification": {"name": "Weekly digest", "content": content}, "state": "PUBLISHED"}
    assert shop.api.post("/notifications", json=body).is_success
    page.goto(shop.at("preferences"))
    expect(page.get_by_role("heading", name="Nothing to choose yet")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="New section").click()
    page.get_by_label("Name").fill("News")
    page.get_by_label("Recipients choose channels, too").check()
    page.get_by_label("Email").check()
    page.get_by_label("Push").check()
    axe(page)
    page.get_by_role("button", name="Save").click()

    page.get_by_role("button", name="New topic").click()
    page.get_by_label("Name").fill("Comments")
    page.get_by_label("Gather its messages, and send one in their place").check()
    page.get_by_role("combobox", name="Template").click()
    page.get_by_role("option", name="Weekly digest").click()
    page.get_by_role("combobox", name="When").click()
    page.get_by_role("option", name="Every week").click()
    axe(page)
    shot(page, "preference-topic")
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("list", name="Topics of News in order").get_by_role("listitem").filter(has_text="Comments")
    expect(row).to_contain_text("Email, Push")
    expect(row).to_contain_text("weekly")
    page.get_by_role("button", name="Change Comments").click()
    page.get_by_label("Required").check()
    page.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("always sent")
    expect(row).to_contain_text("weekly")
    (section,) = shop.api.get("/preferences/sections").json()["results"]
    for name in ("Mentions", "Reactions"):
        topic = {"name": name, "default_status": "OPTED_IN"}
        assert shop.api.post(f"/preferences/sections/{section['id']}/topics", json=topic).is_success
    assert shop.api.post("/preferences/sections", json={"name": "Account"}).is_success
    page.reload()
    page.get_by_role("button", name="Move Mentions").press("ArrowUp")
    topics = page.get_by_role("list", name="Topics of News in order").get_by_role("listitem")
    expect(topics.first).to_contain_text("Mentions")
    page.get_by_role("button", name="Move Account").press("ArrowUp")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Account")
    listed = shop.api.get("/preferences/sections").json()["results"]
    assert [one["name"] for one in listed] == ["Account", "News"]
    assert [topic["name"] for topic in listed[1]["topics"]] == ["Mentions", "Comments", "Reactions"]
    axe(page)
    shot(page, "preferences")


def test_the_page_is_seen_and_published(studio: Any, page: Page, axe: Check, shot: Shot) -> None:
    """What is typed is drawn beside it as recipients would see it, styles and all; then it is published."""
    section = studio.api.post("/preferences/sections", json={"name": "Orders"}).json()["id"]
    topic = {"name": "Shipping", "default_status": "OPTED_IN"}
    assert studio.api.post(f"/preferences/sections/{section}/topics", json=topic).is_success
    page.goto(f"{studio.url}/studio/preferences?tab=page")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Shipping")).to_be_visible()
    page.get_by_label("Heading").fill("Your post from us")
    expect(frame.get_by_role("heading", name="Your post from us")).to_be_visible()
    width = frame.locator(".sheet").evaluate("sheet => getComputedStyle(sheet).borderTopWidth")
    assert width == "6px"
    axe(page)
    shot(page, "preference-page")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("published just now")).to_be_visible()
    assert studio.api.get("/preferences/page").json()["heading"] == "Your post from us"


def test_rules_are_set(studio: Any, page: Page, axe: Check, shot: Shot) -> None:
    """Hours that cannot be read are refused at their field; hours, limits and tracking are kept."""
    page.goto(f"{studio.url}/studio/preferences?tab=rules")
    page.get_by_label("Messages go").fill("whenever")
    page.get_by_role("button", name="Save the rules").click()
    expect(page.get_by_label("Messages go")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Messages go").fill("Mo-Su 08:00-21:00")
    page.get_by_role("button", name="Add a limit").click()
    page.get_by_role("switch", name="Clicks").first.uncheck()
    page.get_by_role("button", name="Save the rules").click()
    expect(page.get_by_role("button", name="Saved")).to_be_visible()
    axe(page)
    shot(page, "preference-rules")
    rules = studio.api.get("/sending-rules").json()
    assert rules["window"] == "Mo-Su 08:00-21:00"
    assert rules["limits"] == [{"scope": "user", "period": "day", "max": 5}]
    assert rules["tracking"] == {"opens": True, "clicks": False, "texts": False}
