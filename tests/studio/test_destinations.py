"""The screens of destinations: adding one, deciding what it gets, seeing what came of it."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def hook() -> Iterator[str]:
    """An endpoint that takes everything, save what is about a refund."""

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(400 if b"Refunded" in body else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


@pytest.fixture
def added(studio: Any, hook: str) -> Iterator[str]:
    """The address of the screen of a webhook that a test has for itself."""
    body = {"kind": "webhook", "name": "Warehouse", "settings": {"url": hook}}
    answer = studio.api.post("/destinations", json=body)
    assert answer.status_code == 201, answer.text
    path = f"/destinations/{answer.json()['id']}"
    yield f"{studio.url}/studio{path}"
    studio.api.delete(path)


def test_a_destination_is_found_and_added(studio: Any, page: Page, hook: str, axe: Check, shot: Shot) -> None:
    """The catalogue is searched; what is missing is said at its field; a partner's notice and the sources are there."""
    page.goto(f"{studio.url}/studio/destinations")
    expect(page.get_by_role("row").filter(has_text="Courier")).to_contain_text("built in")
    page.get_by_role("button", name="Add destination").click()
    page.get_by_role("searchbox", name="Search the catalogue").fill("cour")
    page.get_by_role("button", name="Courier Cloud").click()
    expect(page.get_by_text("support@courier.com")).to_be_visible()
    page.get_by_role("button", name="Add Courier Cloud").click()
    expect(page.get_by_text("courier_cloud needs it")).to_be_visible()
    axe(page)
    shot(page, "destination-add")
    page.get_by_role("button", name="Back to the catalogue").click()
    page.get_by_role("button", name="Webhooks Posts every call").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Stock")
    page.get_by_role("textbox", name="URL").fill(hook)
    page.get_by_label("Only these").check()
    page.get_by_role("combobox", name="The sources that feed it").click()
    page.get_by_role("option", name="first source").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add Webhooks").click()
    expect(page.get_by_role("heading", name="Stock", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing was delivered in this time")).to_be_visible()
    page.get_by_role("link", name="Destinations").last.click()
    expect(page.get_by_role("row").filter(has_text="Stock")).to_contain_text("answers")
    axe(page)
    shot(page, "destinations")


def test_a_filter_is_tried_before_it_holds(added: str, page: Page, axe: Check, shot: Shot) -> None:
    """A slip is underlined where it is; a call shows whether the condition holds, and why; then it is saved."""
    page.goto(f"{added}?tab=filters")
    page.get_by_role("button", name="New filter").click()
    page.get_by_label("Title").fill("No tests")
    condition = page.get_by_role("textbox", name="Condition")
    condition.fill("event == 'Order Completed'")
    page.get_by_role("button", name="Try on this call").click()
    expect(page.get_by_label("Where it is wrong").locator("mark")).to_have_text("=")
    condition.fill("properties.total < 50")
    page.get_by_role("button", name="Try on this call").click()
    expect(page.get_by_text("The condition holds")).to_be_visible()
    expect(page.get_by_text("The call is kept back")).to_be_visible()
    axe(page)
    shot(page, "destination-filter")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("article")).to_contain_text("keeps them back")
    axe(page)
    page.get_by_role("switch", name="Enabled: No tests").click()
    expect(page.get_by_role("switch", name="Enabled: No tests")).not_to_be_checked()


def test_a_call_is_sent_through_it(added: str, page: Page, axe: Check, shot: Shot) -> None:
    """Each gate says what it made of the call; request and response are shown."""
    page.goto(f"{added}?tab=test")
    page.get_by_role("button", name="Try the settings").click()
    expect(page.get_by_text("They work", exact=True)).to_be_visible()
    page.get_by_role("button", name="Send it to Warehouse").click()
    expect(page.get_by_text("delivered", exact=True).first).to_be_visible()
    expect(page.get_by_role("region", name="Response")).to_contain_text("200")
    axe(page)
    shot(page, "destination-test")


def test_what_came_of_calls_is_seen(studio: Any, added: str, page: Page, axe: Check, shot: Shot) -> None:
    """Counts, a chart, reasons and failures; failures are delivered again; settings are changed."""
    for event in ("Order Completed", "Order Completed", "Order Refunded"):
        studio.track(event, total=99)
    page.goto(added)
    failures = page.get_by_role("table", name="Newest failures")
    expect(failures).to_contain_text("Order Refunded", timeout=30_000)  # counts are written, and read, at intervals
    expect(page.get_by_role("table", name="Calls by event")).to_contain_text("Order Completed")
    expect(page.get_by_role("figure")).to_be_visible()
    axe(page)
    shot(page, "destination-delivery")
    page.get_by_role("button", name="Order Refunded").click()
    expect(page.get_by_role("table", name="Calls by event")).not_to_contain_text("Order Completed")
    page.get_by_role("button", name="Only Order Refunded").click()
    page.get_by_role("button", name="Deliver them again").click()
    expect(page.get_by_text("Queued")).to_be_visible()

    page.get_by_role("tab", name="Filters").click()
    page.get_by_role("button", name="New filter").click()
    condition = page.get_by_role("textbox", name="Condition")
    condition.press_sequentially("event = 'ref")
    expect(page.get_by_role("option", name="'Order Refunded'")).to_be_visible()
    axe(page)
    condition.press("ArrowDown")
    condition.press("Enter")
    condition.press_sequentially(" and properties.tot")
    page.get_by_role("option", name="properties.total").click()
    condition.press_sequentially(" > 5")
    expect(condition).to_have_value("event = 'Order Refunded' and properties.total > 5")
    page.get_by_role("button", name="Cancel").click()

    page.get_by_role("tab", name="Settings").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Depot")
    axe(page)
    shot(page, "destination-settings")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Depot", level=1)).to_be_visible()
    page.get_by_role("button", name="Remove this destination").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("heading", name="Destinations", level=1)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Depot")).to_have_count(0)
