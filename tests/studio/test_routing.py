"""The screens of routing: strategies made, put in order, used by templates and archived."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def test_a_strategy_is_made_and_used(studio: Any, world: Any, page: Page, axe: Check, shot: Shot) -> None:
    """Channels by hand and by keyboard, a group, conditions, providers and times; a template picks it."""
    page.goto(world("empty").at("routing"))
    expect(page.get_by_role("heading", name="No strategy yet")).to_be_visible()
    shot(page, "routing-empty")
    page.goto(f"{studio.url}/studio/routing")
    page.get_by_role("link", name="New strategy").first.click()
    expect(page.get_by_text("In a line: Push, else Email.")).to_be_visible()
    page.get_by_label("Name").fill("Urgent")
    page.get_by_role("button", name="Move Email").press("ArrowUp")
    expect(page.get_by_text("In a line: Email, else Push.")).to_be_visible()
    page.get_by_role("button", name="Move Push").drag_to(page.get_by_role("button", name="Move Email"))
    expect(page.get_by_text("In a line: Push, else Email.")).to_be_visible()
    page.get_by_role("button", name="Add a group").click()
    page.get_by_role("button", name="Add a channel").first.click()
    expect(page.get_by_text("In a line: Push, else Email, else (SMS and Chat).")).to_be_visible()

    email = page.get_by_role("region", name="Email")
    email.get_by_label("Add a provider of Email").click()
    page.get_by_role("option", name="Postmark").click()
    email.get_by_label("Add a provider of Email").click()
    page.get_by_role("option", name="SMTP").click()
    sms = page.get_by_role("region", name="SMS")
    sms.get_by_role("button", name="Add a condition").click()
    sms.get_by_label("Field").fill("data.amount")
    sms.get_by_label("Operator").click()
    page.get_by_role("option", name="is greater than").click()
    sms.get_by_label("Value").fill("100")
    expect(sms.get_by_text("data.amount > 100")).to_be_visible()
    email.get_by_label("Tried for").fill("10")
    axe(page)
    page.get_by_role("button", name="Create").click()
    expect(page).to_have_url(re.compile(r"/studio/routing/rs_\w+$"))
    strategy_id = page.url.rpartition("/")[2]
    kept = studio.api.get(f"/routing-strategies/{strategy_id}").json()
    assert kept["routing"] == {
        "method": "single",
        "channels": ["push", "email", {"method": "all", "channels": ["sms", "direct_message"]}],
    }
    assert kept["channels"] == {
        "email": {"providers": ["postmark", "smtp"], "timeouts": 600_000},
        "sms": {"if": "data.amount > 100"},
    }


def test_templates_go_by_a_strategy(world: Any, page: Page, shot: Shot) -> None:
    """The designer picks it; while a template uses it, it stays. What cannot be is refused at its place."""
    shop = world("shop")
    routing = {"method": "single", "channels": ["push", "email", {"method": "all", "channels": ["sms"]}]}
    strategy = shop.api.post("/routing-strategies", json={"name": "Urgent", "routing": routing}).json()
    content = {"version": "2022-01-01", "elements": []}
    template = shop.api.post("/notifications", json={"notification": {"name": "Alarm", "content": content}}).json()
    page.goto(shop.at(f"templates/{template['id']}"))
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Settings").click()
    page.get_by_role("combobox", name="Routing").click()
    page.get_by_role("option", name="Urgent").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.goto(shop.at(f"routing/{strategy['id']}"))
    expect(page.get_by_role("link", name="Alarm")).to_be_visible()
    expect(page.get_by_role("button", name="Archive this strategy")).to_have_count(0)
    shot(page, "routing-strategy")

    page.get_by_role("region", name="SMS").get_by_role("button", name="As an expression").click()
    page.get_by_label("Condition as an expression").fill("data.amount >")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("channels.sms.if")).to_be_visible()
    assert shop.api.delete(f"/notifications/{template['id']}").is_success
    page.reload()
    page.get_by_role("button", name="Archive this strategy").click()
    page.get_by_role("dialog").get_by_role("button", name="Archive").click()
    expect(page.get_by_role("heading", name="No strategy yet")).to_be_visible()
