"""Data logs and users: what a support person does all day."""

import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]

ORDER = "Segment-TrackEvent:Order Completed"


def email(subject: str, text: str) -> dict[str, Any]:
    """Write a template's content."""
    elements = [{"type": "meta", "title": subject}, {"type": "text", "content": text}]
    button = {"type": "action", "content": "See your order", "href": "https://example.com/orders"}
    return {
        "version": "2022-01-01",
        "elements": [{"type": "channel", "channel": "email", "elements": [*elements, button]}],
    }


def call(studio: Any, kind: str, **body: Any) -> None:
    """Send a call, as a library of Segment's does."""
    headers = {"X-Write-Key": "0123456789abcdefghijklmnopqrstuv", "Authorization": ""}
    assert studio.api.post(f"/v1/{kind}", json=body, headers=headers).json() == {"success": True}


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """Let providers be on this machine."""
    return {"TIDINGS_PRIVATE_URLS": "1"}


class Postmark(BaseHTTPRequestHandler):
    """Takes what it is asked, as Postmark says it."""

    def do_POST(self) -> None:
        """Take a mail."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"ErrorCode":0,"Message":"OK","MessageID":"b7bc2f4a-e38e-4336-af7d-e6c392c2f817"}')

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def shop(world: Any) -> Iterator[Any]:
    """An environment that sends by a service on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Postmark)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    made = world("shop")
    settings = {"base_url": f"http://127.0.0.1:{server.server_port}", "api_key": "server-token-0123"}
    assert made.api.post("/providers", json={"provider": "postmark", "settings": settings}).is_success
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def town(studio: Any) -> Any:
    """Ann can be reached, Bob cannot; one event is mapped, another is not.

    What a test sends again, and whom it changes or deletes, it makes itself: nobody else may count on it.
    """
    content = email("Your order is on its way", "Hello {{profile.name}}, thank you for {{data.total}} €.")
    body = {"notification": {"name": "Order confirmation", "content": content, "alias": ORDER}, "state": "PUBLISHED"}
    assert studio.api.post("/notifications", json=body).is_success
    section = studio.api.post("/preferences/sections", json={"name": "Shop"}).json()["id"]
    topic = {"name": "Order updates", "default_status": "OPTED_IN"}
    studio.api.post(f"/preferences/sections/{section}/topics", json=topic)
    studio.api.put("/users/ann/tokens/t0ken", json={"provider_key": "expo"})
    studio.api.post("/profiles/ann/lists", json={"lists": [{"listId": "news.weekly"}]})
    address = {"city": "Bonn", "zip": "53111"}
    call(studio, "identify", userId="ann", traits={"email": "ann@example.com", "name": "Ann Rowe", "address": address})
    call(studio, "group", userId="ann", groupId="acme", traits={"name": "Acme"})
    studio.track("Order Completed", "ann", total=42)
    studio.track("Order Completed", "bob", total=7)
    studio.track("Cart Abandoned", "ann")
    inbox = {"to": {"user_id": "ann"}, "content": {"title": "Welcome", "body": "Good that you are here."}}
    studio.api.post("/send", json={"message": {**inbox, "routing": {"method": "single", "channels": ["inbox"]}}})
    return studio


def messages(page: Page) -> Any:
    """Find the rows of the log."""
    return page.get_by_role("table", name="Messages").get_by_role("row")


def test_the_log_is_live_filtered_and_shared(town: Any, page: Page, axe: Check, shot: Shot) -> None:
    """Messages come as they are made; filters stand in the address, and chips take them off."""
    page.goto(f"{town.url}/studio/logs")
    expect(messages(page).filter(has_text="ann").filter(has_text="SENT").first).to_be_visible()
    expect(messages(page).filter(has_text="bob")).to_contain_text("UNROUTABLE")
    axe(page)
    shot(page, "logs")

    town.track("Order Completed", "cleo", total=1)
    expect(messages(page).nth(1)).to_contain_text("cleo")

    page.get_by_text("Failed", exact=True).click()
    expect(page).to_have_url(re.compile(r"/studio/logs\?status=UNDELIVERABLE"))
    expect(messages(page).filter(has_text="SENT")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("bo")
    page.keyboard.press("Enter")
    expect(messages(page)).to_have_count(2)
    page.reload()
    expect(messages(page)).to_have_count(2)
    expect(messages(page).last).to_contain_text("bob")
    page.get_by_role("button", name="Filter (2)").click()
    axe(page)
    page.get_by_role("combobox", name="Event").fill("Order Completed")
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("group", name="Filters that are on")).to_contain_text("Event: Order Completed")
    shot(page, "logs-filtered")
    page.get_by_role("button", name="Clear all").click()
    expect(page).to_have_url(f"{town.url}/studio/logs")


def test_failures_are_sent_again_in_one_go(town: Any, page: Page, axe: Check, shot: Shot) -> None:
    """They are counted before anything is done, and each goes out once."""
    town.track("Order Completed", "gus", total=7)
    page.goto(f"{town.url}/studio/logs?text=gus")
    expect(messages(page)).to_have_count(2)
    page.get_by_role("button", name="Send failures again").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 message that you see has failed")
    axe(page)
    shot(page, "redrive")
    page.get_by_role("button", name="Send 1 again").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 sent again.")
    page.get_by_role("button", name="Done").click()
    expect(messages(page)).to_have_count(3)


def test_a_message_tells_its_story(town: Any, page: Page, axe: Check, shot: Shot) -> None:
    """Every decision, what was written, what the provider said, and what it came from; it can be sent again."""
    call(town, "identify", userId="mia", traits={"email": "mia@example.com", "name": "Mia Wong"})
    town.track("Order Completed", "mia", total=42)
    page.goto(f"{town.url}/studio/logs?event={ORDER}&text=mia")
    expect(messages(page)).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Order Completed")).to_be_visible()
    story = ["A call came in", "Mapped to a template", "Profile read", "Written for email", "outbox (email) took it"]
    for words in story:
        expect(page.get_by_text(words).first).to_be_visible()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Hello Mia Wong, thank you for 42 €.").last).to_be_visible()
    expect(page.get_by_text("Your order is on its way").first).to_be_visible()
    axe(page)
    shot(page, "message")

    page.get_by_role("button", name="Send again").click()
    page.get_by_role("dialog").get_by_role("button", name="Send again").click()
    expect(page.get_by_text("Asked for again")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Order Completed")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/studio/logs\?event="))


def test_a_message_tells_what_its_provider_was_asked(shop: Any, page: Page, axe: Check, shot: Shot) -> None:
    """Request and response of an attempt are folded away; the account's key is not in it."""
    content = email("Your order is on its way", "Hello {{name}}, it will be there tomorrow.")
    to = {"user_id": "mia", "email": "mia@example.com"}
    message = {"to": to, "content": content, "data": {"name": "Mia Wong"}}
    from_ = {"channels": {"email": {"override": {"from": "shop@example.com"}}}}
    message_id = shop.api.post("/send", json={"message": {**message, **from_}}).json()["requestId"]

    page.goto(shop.at(f"logs/{message_id}"))
    attempts = page.get_by_role("region", name="Attempts")
    expect(attempts).to_contain_text("SENT")
    attempts.get_by_role("button", name="Request").click()
    asked = attempts.get_by_role("region", name="What postmark was asked")
    expect(asked).to_contain_text(re.compile(r"POST http://127.0.0.1:\d+/email"))
    expect(asked).to_contain_text("X-Postmark-Server-Token: ********")
    expect(asked).to_contain_text("it will be there tomorrow")
    attempts.get_by_role("button", name="Response").click()
    expect(attempts.get_by_role("region", name="What postmark answered")).to_contain_text("b7bc2f4a")
    axe(page)
    attempts.scroll_into_view_if_needed()
    shot(page, "message-request")
    unsent = {**message, "to": {"user_id": "bob"}}
    message_id = shop.api.post("/send", json={"message": unsent}).json()["requestId"]
    page.goto(shop.at(f"logs/{message_id}"))
    expect(attempts).to_contain_text("No provider was asked: No channel reaches the recipient")


def test_a_user_is_found_and_understood(town: Any, page: Page, axe: Check, shot: Shot) -> None:
    """From the search to the timeline, the profile, the channels, and why they did not get it."""
    page.goto(f"{town.url}/studio/users")
    found = page.get_by_role("table", name="Users").get_by_role("link")
    expect(found.filter(has_text="Ann Rowe")).to_be_visible()
    axe(page)
    shot(page, "users")
    page.keyboard.press("/")
    page.keyboard.type("row")
    expect(page).to_have_url(re.compile(r"\?begins=row"))
    page.keyboard.press("Enter")
    expect(found).to_have_count(1)
    found.click()
    expect(page.get_by_role("heading", name="Ann Rowe")).to_be_visible()
    timeline = page.get_by_role("table", name="Timeline")
    expect(timeline.get_by_role("link", name="Cart Abandoned").first).to_be_visible()
    axe(page)
    shot(page, "user")
    timeline.get_by_role("link", name="identify").click()
    expect(page.get_by_text("53111").first).to_be_visible()
    page.go_back()

    page.get_by_role("tab", name="Channels").click()
    expect(page.get_by_text("ann@example.com").first).to_be_visible()
    expect(page.get_by_text("expo").first).to_be_visible()
    axe(page)
    shot(page, "user-channels")
    page.get_by_role("tab", name="Inbox").click()
    expect(page.get_by_text("Good that you are here.")).to_be_visible()
    axe(page)

    page.goto(f"{town.url}/studio/users/bob?tab=why")
    page.get_by_role("combobox", name="Why did they not get").fill("Order Completed")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("status").filter(has_text="NO_CHANNELS")).to_be_visible()
    expect(page.get_by_text("If the same came now")).to_be_visible()
    axe(page)
    shot(page, "user-why")


def test_a_user_is_changed(town: Any, page: Page, axe: Check, shot: Shot) -> None:
    """The profile is edited as JSON, preferences by a switch, lists by name."""
    address = {"city": "Bonn", "zip": "53111"}
    profile = {"email": "lou@example.com", "name": "Lou Reed", "address": address}
    assert town.api.post("/profiles/lou", json={"profile": profile}).is_success
    call(town, "group", userId="lou", groupId="acme", traits={"name": "Acme"})
    page.goto(f"{town.url}/studio/users/lou?tab=profile")
    expect(page.get_by_role("region", name="The profile", exact=True)).to_contain_text("53111")
    page.get_by_role("button", name="Edit").click()
    field = page.get_by_role("textbox", name="The profile as JSON")
    text = field.input_value()
    field.fill(text.replace("53111", "53113")[:-1])
    expect(page.get_by_text("This is no JSON yet")).to_be_visible()
    field.fill(text.replace("53111", "53113"))
    expect(page.get_by_text('changed address.zip: "53113"')).to_be_visible()
    axe(page)
    shot(page, "user-edit")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="The profile", exact=True)).to_contain_text("53113")
    assert town.api.get("/profiles/lou").json()["profile"]["address"] == {"city": "Bonn", "zip": "53113"}

    page.get_by_role("tab", name="Preferences").click()
    page.get_by_role("switch", name="Order updates").click()
    expect(page.get_by_role("button", name="Back to the default")).to_be_visible()
    axe(page)
    shot(page, "user-preferences")
    assert town.api.get("/users/lou/preferences").json()["items"][0]["status"] == "OPTED_OUT"

    page.get_by_role("tab", name="Lists and groups").click()
    expect(page.get_by_text("acme")).to_be_visible()
    page.get_by_label("The id of a list").fill("vip")
    page.get_by_role("button", name="Put on").click()
    expect(page.get_by_text("vip")).to_be_visible()
    axe(page)
    shot(page, "user-groups")


def test_a_user_is_suppressed_and_deleted_with_a_receipt(town: Any, page: Page, axe: Check, shot: Shot) -> None:
    """Nothing more is sent; then all that is known of them goes, and the receipt says what."""
    town.track("Order Completed", "dan", total=7)
    page.goto(f"{town.url}/studio/users/dan")
    page.get_by_role("button", name="Suppress").click()
    page.get_by_role("dialog").get_by_role("button", name="Suppress").click()
    expect(page.get_by_text("This user gets nothing more")).to_be_visible()
    page.get_by_role("button", name="Unsuppress").click()
    page.get_by_role("button", name="Let them in").click()
    expect(page.get_by_text("This user gets nothing more")).to_have_count(0)

    page.get_by_role("button", name="Delete…").click()
    page.get_by_label("Type dan to go on").fill("dan")
    axe(page)
    shot(page, "user-delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    receipt = page.get_by_role("region", name="Receipt")
    expect(receipt).to_contain_text("DELETE_ONLY")
    expect(receipt.get_by_text("What was erased so far")).to_be_visible()
    expect(receipt.get_by_text("inbound events")).to_be_visible()
    axe(page)
    shot(page, "user-receipt")
    page.get_by_role("button", name="Close the receipt").click()
    expect(page).to_have_url(re.compile(r"/studio/users/dan$"))


def test_an_address_is_opened_again(world: Any, page: Page, axe: Check, shot: Shot) -> None:
    """A closed channel says why, and is opened where one looks at the user, or from the list of all that are closed."""
    shop = world("closed")
    profile = {"email": "kim@example.com", "phone_number": "+4915112345678", "name": "Kim Dahl"}
    assert shop.api.post("/profiles/kim", json={"profile": profile}).is_success
    for address, kind, detail in (
        ("email:kim@example.com", "bounce", "550 5.1.1 no such user"),
        ("phone:+4915112345678", "unsubscribe", "STOP by text message"),
        ("email:lea@example.com", "complaint", ""),
        ("user:moe", "manual", "in Studio"),
    ):
        assert shop.api.post("/suppressions", json={"address": address, "kind": kind, "detail": detail}).is_success
    page.goto(shop.at("users/kim?tab=channels"))
    reach = page.get_by_role("region", name="Reachable by")
    expect(reach).to_contain_text("the email address is on the suppression list: what was sent to it came back")
    axe(page)
    shot(page, "user-closed")
    reach.get_by_role("button", name="Open again: email:kim@example.com").click()
    page.get_by_role("dialog").get_by_role("button", name="Open again").click()
    expect(reach).not_to_contain_text("the email address is on the suppression list")

    page.goto(shop.at("preferences?tab=suppressions"))
    rows = page.get_by_role("table", name="Suppression list").get_by_role("row")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="+4915112345678")).to_contain_text("STOP by text message")
    axe(page)
    shot(page, "suppressions")
    rows.filter(has_text="lea@example.com").get_by_role("button").click()
    page.get_by_role("dialog").get_by_role("button", name="Open again").click()
    expect(rows).to_have_count(3)
    listed = shop.api.get("/suppressions").json()["results"]
    assert [one["address"] for one in listed] == ["phone:+4915112345678", "user:moe"]


@pytest.mark.parametrize("width", [320, 3840])
def test_nothing_overflows(town: Any, page: Page, width: int) -> None:
    """From small phones to 4 K, on every screen and tab."""
    page.set_viewport_size({"width": width, "height": 800})
    tabs = ("profile", "channels", "preferences", "groups", "inbox", "why")
    for path in ("logs", "users", "users/ann", *(f"users/ann?tab={tab}" for tab in tabs)):
        page.goto(f"{town.url}/studio/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("status").filter(has_text="Loading")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
