"""What applications tell, and which notification each event sends: mapped from the settings and from the log."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]

ELEMENTS = [
    {
        "type": "channel",
        "channel": "email",
        "elements": [
            {"type": "meta", "title": "Order {{orderNumber}}"},
            {"type": "text", "content": "Hi, your order {{orderNumber}} is on its way."},
        ],
    }
]


@pytest.fixture(scope="module")
def lived(studio: Any) -> Any:
    """Some events of some users came in, and there is a template; each test maps an event of its own."""
    studio.api.post("/profiles/ann", json={"profile": {"email": "ann@example.com", "given_name": "Ann"}})
    template = {
        "notification": {"name": "Order confirmation", "content": {"version": "2022-01-01", "elements": ELEMENTS}},
        "state": "PUBLISHED",
    }
    assert studio.api.post("/notifications", json=template).status_code in {200, 201}
    for number in range(3):
        for user in ("ann", "bob"):
            studio.track("Order Completed", user, orderNumber=f"A-10{number}", total=49.9, email=f"{user}@example.com")
    for event in ("Product Viewed", "Cart/Checkout Started", "Signed Up", "Trial Begun"):
        studio.track(event, "ann", plan="pro", items=[{"sku": "X-1", "price": 5}])
    return studio


def test_an_event_is_mapped_from_its_page(lived: Any, page: Page, axe: Check, shot: Shot) -> None:
    """Listed with its volume, looked at, tried on the past, mapped, and taken back again."""
    page.goto(f"{lived.url}/studio/")
    page.get_by_role("link", name="Events").click()
    names = page.get_by_role("table", name="Event names")
    expect(names.get_by_role("link", name="Order Completed", exact=True)).to_be_visible(timeout=30_000)
    expect(page.get_by_role("img", name="6 calls in 14 days")).to_be_visible()
    for name in ("Order Completed", "Product Viewed", "Cart/Checkout Started"):
        row = names.get_by_role("row").filter(has_text=name)
        expect(row.get_by_text("UNMAPPED")).to_be_visible()
    axe(page)
    shot(page, "events")

    page.get_by_label("Name begins with").fill("Cart")
    expect(page.get_by_role("link", name="Order Completed")).to_have_count(0)
    expect(page).to_have_url(f"{lived.url}/studio/events?begins=Cart")
    page.get_by_role("link", name="Cart/Checkout Started").click()
    expect(page.get_by_role("heading", name="Cart/Checkout Started")).to_be_visible()
    page.go_back()
    page.get_by_label("Name begins with").fill("")

    page.get_by_role("link", name="Order Completed").click()
    expect(page.get_by_role("heading", name="Order Completed")).to_be_visible()
    expect(page.get_by_text("orderNumber", exact=True).first).to_be_visible()
    page.get_by_role("combobox", name="Notification").click()
    page.get_by_role("option", name="Order confirmation").click()
    dry_run = page.get_by_role("region", name="Dry run")
    expect(dry_run.get_by_text("would have been sent in 7 days, to 2 users")).to_be_visible()
    expect(dry_run.get_by_text("1 of the newest 2 users would get it")).to_be_visible()
    axe(page)
    shot(page, "event")

    page.get_by_role("button", name="Map to notification").click()
    expect(page.get_by_text("Each call sends Order confirmation.")).to_be_visible()
    lived.track("Order Completed", "ann", orderNumber="A-200")
    page.goto(f"{lived.url}/studio/events?show=mapped")
    expect(page.get_by_role("link", name="Order Completed")).to_be_visible()
    row = names.get_by_role("row").filter(has_text="Order Completed")
    expect(row.get_by_text("Order confirmation")).to_be_visible()
    expect(page.get_by_role("link", name="Signed Up")).to_have_count(0)

    page.get_by_role("link", name="Order Completed").click()
    latest = page.get_by_role("region", name="Latest calls")
    expect(latest.get_by_role("listitem").first.get_by_role("link", name="ann")).to_be_visible()
    latest.get_by_role("link", name="its message").click()
    expect(page.get_by_role("region", name="What it came from")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="See its messages").click()
    expect(page).to_have_url(f"{lived.url}/studio/logs?event=Segment-TrackEvent%3AOrder+Completed")
    expect(page.get_by_role("table", name="Messages").get_by_text("Order Completed").first).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Unmap").click()
    dialog = page.get_by_role("dialog", name="Unmap")
    axe(page)
    dialog.get_by_role("button", name="Unmap").click()
    expect(page.get_by_text("This event sends nothing.")).to_be_visible()


def test_an_event_is_mapped_from_the_log(lived: Any, page: Page, axe: Check, shot: Shot) -> None:
    """A call that sent nothing is found by its filters; its event is mapped there, and the next call is sent."""
    page.goto(f"{lived.url}/studio/events/log?name=Trial%20Begun&status=UNMAPPED&since=1d")
    rows = page.get_by_role("table", name="Calls").get_by_role("link", name="track · Trial Begun")
    expect(rows).to_have_count(1)
    expect(page.get_by_role("table", name="Calls").get_by_role("link", name="ann")).to_be_visible()
    axe(page)
    page.get_by_label("Event name").fill("")
    expect(page).to_have_url(f"{lived.url}/studio/events/log?status=UNMAPPED&since=1d")
    expect(page.get_by_role("link", name="track · Product Viewed")).to_be_visible()
    shot(page, "event-log")

    page.get_by_role("link", name="track · Trial Begun").click()
    expect(page.get_by_role("region", name="As it came in").get_by_text('"pro"')).to_be_visible()
    page.get_by_role("combobox", name="Notification").click()
    page.get_by_role("option", name="Order confirmation").click()
    expect(page.get_by_text("would have been sent in 7 days, to 1 user")).to_be_visible()
    axe(page)
    shot(page, "event-call")
    page.get_by_role("button", name="Map to notification").click()
    expect(page.get_by_text("Each call sends Order confirmation.")).to_be_visible()

    lived.track("Trial Begun", "ann", plan="pro")
    page.goto(f"{lived.url}/studio/events/log?name=Trial%20Begun&status=MAPPED")
    expect(page.get_by_role("button", name="Refresh")).to_be_visible()
    link = page.get_by_role("link", name="track · Trial Begun")
    for _ in range(20):
        if link.count():
            break
        page.get_by_role("button", name="Refresh").click()
        page.wait_for_timeout(250)
    expect(link).to_be_visible()


def test_nothing_is_blank(lived: Any, page: Page, axe: Check) -> None:
    """An event that nobody has sent can be mapped before it comes; what is not there says so."""
    page.goto(f"{lived.url}/studio/events/details?name=Never%20Sent")
    expect(page.get_by_role("heading", name="No source has sent it yet")).to_be_visible()
    axe(page)
    page.goto(f"{lived.url}/studio/events?begins=Nothing")
    expect(page.get_by_role("heading", name="No event is like that")).to_be_visible()
    axe(page)
    page.goto(f"{lived.url}/studio/events/log?user=nobody")
    expect(page.get_by_role("heading", name="No call is like that")).to_be_visible()
