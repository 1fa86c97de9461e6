"""Templates and brands: written, looked at, published."""

import base64
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""One dot."""
Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def test_a_template_is_written_looked_at_and_published(
    studio: Any, world: Any, page: Page, axe: Check, shot: Shot
) -> None:
    """Two blocks and a variable: the preview shows them with the newest event's data; publishing makes a version."""
    studio.track("Order Completed", order_id="A-1001", total=49.9, products=[{"name": "Wool socks", "quantity": 2}])
    page.goto(world("empty").at("templates"))
    expect(page.get_by_role("heading", name="No template yet")).to_be_visible()
    axe(page)

    page.goto(f"{studio.url}/studio/templates")
    page.get_by_role("button", name="New template").first.click()
    page.get_by_role("textbox", name="Name").fill("Order confirmation")
    axe(page)
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("textbox", name="Name of the template")).to_have_value("Order confirmation")
    expect(page).to_have_url(re.compile(r"/studio/templates/nt_\w+$"))
    template_id = page.url.rpartition("/")[2]

    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Settings").click()
    page.get_by_role("combobox", name="Event to map").fill("Order Completed")
    page.get_by_role("button", name="Map", exact=True).click()
    expect(page.get_by_role("button", name="No more by Segment-TrackEvent:Order Completed")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")

    page.get_by_role("group", name="Subject").click()
    page.keyboard.type("Your order {ord")
    expect(page.get_by_role("option", name="order_id")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("group", name="Text").click()
    page.keyboard.type("Thank you. It comes to {{totl}}.")
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Find a block").fill("button")
    axe(page)
    page.keyboard.press("Enter")
    page.keyboard.type(" it")
    page.get_by_role("textbox", name="Leads to").fill("https://shop.example/orders")
    email = page.frame_locator("iframe[title='The email']")
    expect(email.get_by_role("article").get_by_text("Open it")).to_be_visible()
    expect(page.get_by_label("Preview", exact=True).get_by_text("Your order A-1001")).to_be_visible()

    page.get_by_role("button", name="Use total").click()
    expect(email.get_by_role("article").get_by_text("It comes to 49.9.")).to_be_visible()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    axe(page)
    shot(page, "designer")

    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("dialog").get_by_text("Sent by Order Completed")).to_be_visible()
    axe(page)
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("is what is sent from now on")).to_be_visible()
    kept = studio.api.get(f"/notifications/{template_id}").json()
    assert kept["content"]["elements"][0]["elements"] == [
        {"type": "meta", "title": "Your order {{order_id}}"},
        {"type": "text", "content": "Thank you. It comes to {{total}}."},
        {"type": "action", "content": "Open it", "href": "https://shop.example/orders"},
    ]


def test_blocks_are_moved_by_keyboard_and_by_hand(studio: Any, page: Page) -> None:
    """Alt and arrows move a block, and so does its handle; each can be taken back."""
    content = [{"type": "text", "content": word} for word in ("One", "Two", "Three")]
    page.goto(f"{studio.url}/studio/templates/{written(studio, content)}")
    blocks = page.get_by_role("list", name="Blocks").get_by_role("group")
    blocks.nth(2).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(blocks).to_have_text(["One", "Three", "Two"])

    blocks.nth(2).hover()
    start = page.get_by_role("button", name="Move Text").nth(2).bounding_box()
    end = blocks.nth(0).bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + 8, steps=6)
    page.mouse.move(end["x"] + 60, end["y"] + 4, steps=2)
    expect(page.locator("li[data-edge='top']")).to_have_text("One")
    page.mouse.up()
    expect(blocks).to_have_text(["Two", "One", "Three"])
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(blocks).to_have_text(["One", "Two", "Three"])


def test_a_channel_has_words_of_its_own(studio: Any, page: Page, axe: Check, shot: Shot) -> None:
    """SMS is given its own words, and push is turned off; what others wrote meanwhile is not undone."""
    template_id = written(studio, [{"type": "text", "content": "Hello"}])
    page.goto(f"{studio.url}/studio/templates/{template_id}?channel=sms")
    page.get_by_role("button", name="Write its own words").click()
    page.get_by_role("group", name="Text").click()
    page.keyboard.type(", briefly")
    expect(page.get_by_label("Preview", exact=True).get_by_text("1 segment", exact=True)).to_be_visible()
    axe(page)
    page.get_by_role("tab", name="Push").click()
    page.get_by_role("switch", name="Send by Push").click()
    expect(page.get_by_text("Nothing is sent by Push.")).to_be_visible()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    draft = studio.api.get(f"/notifications/{template_id}", params={"version": "draft"}).json()
    blocks = {each["channel"]: each for each in draft["content"]["elements"]}
    assert blocks["sms"]["elements"] == [{"type": "text", "content": "Hello, briefly"}]
    assert blocks["push"] == {"type": "channel", "channel": "push", "elements": [], "if": "false"}

    theirs = {"notification": {"name": "Theirs", "content": draft["content"]}}
    assert studio.api.put(f"/notifications/{template_id}", json=theirs).status_code == 200
    page.get_by_role("textbox", name="Name of the template").fill("Ours")
    page.get_by_role("button", name="Keep mine").click()
    page.complaints.clear()  # type: ignore[attr-defined]  # of the conflict, which the browser notes too
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert studio.api.get(f"/notifications/{template_id}", params={"version": "draft"}).json()["name"] == "Ours"
    page.goto(f"{studio.url}/studio/templates")
    expect(page.get_by_role("table", name="Templates").get_by_text("Ours")).to_be_visible()
    axe(page)
    shot(page, "templates")


def test_a_picture_is_uploaded(studio: Any, page: Page) -> None:
    """A file is kept; as long as nobody said where tidings is reached, the author is told what to set."""
    page.goto(f"{studio.url}/studio/templates/{written(studio, [{'type': 'image', 'src': ''}])}")
    page.get_by_role("group", name="Image").click()
    page.locator("input[type=file]").set_input_files({"name": "dot.png", "mimeType": "image/png", "buffer": PNG})
    expect(page.get_by_text("set public_url to the address")).to_be_visible()
    kept = {each["name"]: each["bytes"] for each in studio.api.get("/assets").json()["results"]}
    assert kept["dot.png"] == len(PNG)


def test_a_brand_is_written_beside_an_email(studio: Any, page: Page, axe: Check, shot: Shot) -> None:
    """A new brand's footer is seen in the preview before it is published."""
    page.goto(f"{studio.url}/studio/brands")
    page.get_by_role("button", name="New brand").first.click()
    page.get_by_role("textbox", name="Name").fill("Acme")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("textbox", name="Footer").fill("Acme Ltd, 1 High Street")
    expect(page.frame_locator("iframe[title='The email']").get_by_text("Acme Ltd, 1 High Street")).to_be_visible()
    axe(page)
    shot(page, "brand")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("look like “Acme” from now on")).to_be_visible()
    brands = {each["name"]: each for each in studio.api.get("/brands").json()["results"]}
    assert brands["Acme"]["settings"]["email"]["footer"]["markdown"] == "Acme Ltd, 1 High Street"


def written(studio: Any, elements: list[dict[str, Any]]) -> str:
    """Keep a template with these blocks for all channels, and give its id."""
    content = {
        "version": "2022-01-01",
        "elements": [{"type": "channel", "channel": "default", "elements": elements}],
    }
    answer = studio.api.post("/notifications", json={"notification": {"name": "A template", "content": content}})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
