"""What is done to a template that is there: languages, conditions, pictures, versions, a letter to oneself, its end."""

import base64
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from typing import Any

import pytest
from playwright.sync_api import Page, expect

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""One dot."""
Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def settings(port: int) -> dict[str, str]:
    """The server knows its own address: pictures in emails are fetched from there."""
    return {"TIDINGS_PUBLIC_URL": f"http://127.0.0.1:{port}"}


@pytest.fixture
def letters(studio: Any, mailbox: Any) -> Iterator[list[Any]]:
    """What a real SMTP server gets, to which emails are sent."""
    settings = {"host": "127.0.0.1", "port": mailbox.port, "from_address": "me@shop.example"}
    made = studio.api.post("/providers", json={"provider": "smtp", "settings": settings})
    assert made.status_code == 201, made.text
    yield mailbox.letters
    studio.api.delete(f"/providers/{made.json()['id']}")


def test_a_letter_to_oneself_arrives(studio: Any, page: Page, letters: list[Any], axe: Check) -> None:
    """What stands on the canvas is sent for real, unpublished; a link tells what became of it."""
    template_id = written(studio, [{"type": "text", "content": "Nobody has published this"}])
    page.goto(f"{studio.url}/studio/templates/{template_id}")
    page.get_by_role("button", name="Send to me").click()
    page.get_by_role("textbox", name="Your address").fill("ann@example.com")
    page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("On its way")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="See what becomes of it").click()
    expect(page.get_by_role("region", name="What happened")).to_contain_text("smtp")
    expect(page.get_by_text("SENT", exact=True).first).to_be_visible()
    (letter,) = (each for each in letters if each.rcpt_tos == ["ann@example.com"])
    parts = [part.get_payload(decode=True) or b"" for part in message_from_bytes(letter.content).walk()]
    assert any(b"Nobody has published this" in part for part in parts)
    assert studio.api.get(f"/notifications/{template_id}", params={"version": "draft"}).json()["state"] == "DRAFT"


def test_languages_stand_side_by_side(studio: Any, page: Page, axe: Check, shot: Shot) -> None:
    """A sentence is said in French beside the English one; a language can be taken away again."""
    elements = [
        {"type": "text", "content": "Hello {{name}}"},
        {"type": "action", "content": "Open", "href": "https://x.example"},
    ]
    template_id = written(studio, elements)
    page.goto(f"{studio.url}/studio/templates/{template_id}")
    open_panel(page, "Languages")
    page.get_by_role("textbox", name="Language to add").fill("fr")
    page.get_by_role("button", name="Add a language").click()
    page.get_by_role("textbox", name="Text in fr").click()
    page.keyboard.type("Bonjour {{name}}")
    expect(page.get_by_role("button", name="fr · 1/2")).to_be_visible()
    axe(page)
    shot(page, "designer-languages")
    page.keyboard.press("Escape")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    (text, _) = blocks(studio, template_id)
    assert text["locales"] == {"fr": {"content": "Bonjour {{name}}"}}

    open_panel(page, "Languages")
    page.get_by_role("button", name="Remove fr").click()
    page.get_by_role("dialog", name="Remove").get_by_role("button", name="Remove", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert "locales" not in blocks(studio, template_id)[0]


def test_a_condition_is_clicked_together(studio: Any, page: Page, axe: Check) -> None:
    """Fields, operators and values are chosen; rows are joined by any; “always” takes it away."""
    template_id = written(studio, [{"type": "text", "content": "For the pros"}])
    page.goto(f"{studio.url}/studio/templates/{template_id}")
    page.get_by_role("group", name="Text").click()
    condition = page.get_by_role("group", name="Shows when")
    condition.get_by_role("button", name="Add a condition").click()
    condition.get_by_role("combobox", name="Field").fill("data.plan")
    condition.get_by_role("textbox", name="Value").fill("pro")
    condition.get_by_role("button", name="Row", exact=True).click()
    condition.get_by_role("combobox", name="Field").nth(1).fill("data.trial")
    condition.get_by_role("combobox", name="Operator").nth(1).click()
    page.get_by_role("option", name="is not empty").click()
    condition.get_by_role("radiogroup", name="Rows are joined by").get_by_text("Any").click()
    axe(page)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert blocks(studio, template_id)[0]["if"] == [
        {
            "conditions": [
                {"property": "data.plan", "operator": "equals", "value": "pro"},
                {"property": "data.trial", "operator": "is_not_empty"},
            ],
            "logical_operator": "or",
        }
    ]
    condition.get_by_role("button", name="Always").click()
    expect(condition.get_by_text("always", exact=True)).to_be_visible()


def test_a_picture_is_uploaded_and_shown(studio: Any, page: Page) -> None:
    """A file becomes an address of ours, and the preview fetches it from there."""
    template_id = written(studio, [{"type": "image", "src": ""}])
    page.goto(f"{studio.url}/studio/templates/{template_id}")
    page.get_by_role("group", name="Image").click()
    page.locator("input[type=file]").set_input_files({"name": "dot.png", "mimeType": "image/png", "buffer": PNG})
    picture = page.frame_locator("iframe[title='The email']").locator("img").first
    expect(picture).to_have_attribute("src", re.compile(rf"^{studio.url}/assets/\w+/dot\.png$"))
    expect(picture).to_have_js_property("naturalWidth", 1)


def test_pictures_of_other_hosts_wait_for_a_click(studio: Any, page: Page, axe: Check) -> None:
    """Nobody else is asked before; after it the canvas and the preview show them, until it is taken back."""
    page.route(re.compile("^https:"), lambda route: route.fulfill(body=PNG, content_type="image/png"))
    template_id = written(studio, [{"type": "image", "src": "https://hats.test/hat.png", "alt_text": "A hat"}])
    page.goto(f"{studio.url}/studio/templates/{template_id}")
    in_email = page.frame_locator("iframe[title='The email']").get_by_role("img", name="A hat")
    on_canvas = page.frame_locator("iframe[title='A hat']").get_by_role("img", name="A hat")
    expect(in_email).to_have_attribute("src", re.compile("^data:"))
    axe(page)
    assert not complaints(page)
    page.get_by_role("button", name="Show remote pictures", exact=True).click()
    for picture in (in_email, on_canvas):
        expect(picture).to_have_js_property("naturalWidth", 1)
    assert set(complaints(page)) == {"asked somebody else: https://hats.test/hat.png"}
    page.get_by_role("button", name="Hide them").click()
    expect(in_email).to_have_attribute("src", re.compile("^data:"))
    complaints(page).clear()


def test_a_version_is_compared_and_published_again(studio: Any, page: Page, axe: Check, shot: Shot) -> None:
    """What changed since is seen block by block and as emails; an older version is sent again; then it is archived."""
    template_id = written(studio, [{"type": "text", "content": "First words"}], state="PUBLISHED")
    rewritten = {
        "notification": {"name": "A template", "content": content([{"type": "text", "content": "Second words"}])}
    }
    assert studio.api.put(f"/notifications/{template_id}", json={**rewritten, "state": "PUBLISHED"}).status_code == 200
    page.goto(f"{studio.url}/studio/templates/{template_id}")
    open_panel(page, "Versions")
    page.get_by_role("button", name=re.compile("^v001")).click()
    expect(page.get_by_text("1 block differs")).to_be_visible()
    axe(page)
    shot(page, "designer-versions")
    page.get_by_text("Emails side by side").click()
    expect(page.frame_locator("iframe[title='v001']").get_by_role("article")).to_contain_text("First words")
    expect(page.frame_locator("iframe[title='The draft']").get_by_role("article")).to_contain_text("Second words")

    page.get_by_role("button", name="Publish this version again").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish again", exact=True).click()
    expect(page.get_by_text("Rolled back")).to_be_visible()
    sent = studio.api.get(f"/notifications/{template_id}", params={"version": "published"}).json()
    assert sent["content"]["elements"][0]["elements"][0]["content"] == "First words"
    page.keyboard.press("Escape")

    open_panel(page, "Settings")
    page.get_by_role("button", name="Archive this template").click()
    page.get_by_role("dialog", name="Archive").get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_role("heading", name="Templates")).to_be_visible()
    expect(page.locator(f"a[href='/studio/templates/{template_id}']")).to_have_count(0)


def open_panel(page: Page, name: str) -> None:
    """Open what the menu of a template has."""
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name=name).click()
    expect(page.get_by_role("dialog", name=name)).to_be_visible()


def complaints(page: Page) -> list[str]:
    """What a page complained of, and whom else it asked."""
    found: list[str] = page.complaints  # type: ignore[attr-defined]  # the fixture's
    return found


def content(elements: list[dict[str, Any]]) -> dict[str, Any]:
    """Say these blocks on all channels."""
    return {"version": "2022-01-01", "elements": [{"type": "channel", "channel": "default", "elements": elements}]}


def written(studio: Any, elements: list[dict[str, Any]], state: str = "DRAFT") -> str:
    """Keep a template with these blocks, and give its id."""
    asked = {"notification": {"name": "A template", "content": content(elements)}, "state": state}
    answer = studio.api.post("/notifications", json=asked)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def blocks(studio: Any, template_id: str) -> list[dict[str, Any]]:
    """Read the blocks of a draft."""
    draft = studio.api.get(f"/notifications/{template_id}", params={"version": "draft"}).json()
    found: list[dict[str, Any]] = draft["content"]["elements"][0]["elements"]
    return found
