"""Signing in to Studio by a real OpenID provider, in a real browser."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "tests" / "clients"
Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def settings(port: int) -> Iterator[dict[str, str]]:
    """The provider, and what the server is told of it."""
    node = shutil.which("node", path=str(ROOT / ".venv" / "node"))
    assert node, "make test brings Node"
    script = [node, str(CLIENTS / "oidc_provider.mjs"), f"http://127.0.0.1:{port}/studio/oidc/callback"]
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as provider:  # noqa: S603
        assert provider.stdout
        assert provider.stdin
        yield {
            "TIDINGS_OIDC_ISSUER": json.loads(provider.stdout.readline())["issuer"],
            "TIDINGS_OIDC_CLIENT_ID": "tidings",
            "TIDINGS_OIDC_CLIENT_SECRET": "a secret of the tests",
            "TIDINGS_OIDC_NAME": "Example",
            "TIDINGS_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
        provider.stdin.close()


def sign_in_as(page: Page, name: str) -> None:
    """Go out, sign in there, agree, and come back. The provider's own pages complain of fonts: that is its matter."""
    page.get_by_role("link", name="Sign in with Example").click()
    page.get_by_placeholder("Enter any login").fill(name)
    page.get_by_placeholder("and password").fill("whatever")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("tidings", exact=True)).to_be_visible()
    page.complaints.clear()  # type: ignore[attr-defined]


def test_people_sign_in_by_the_provider(studio: Any, settings: dict[str, str], axe: Check, shot: Shot) -> None:
    """Who is not invited learns so; who is comes in, where they wanted to go, with no request to anybody else."""
    page: Page = studio.page(signed_in=False)
    page.goto(f"{studio.url}/studio/outbox")
    expect(page.get_by_role("link", name="Sign in with Example")).to_be_visible()
    assert page.complaints == []  # type: ignore[attr-defined]  # of requests to others, too
    axe(page)
    shot(page, "sign-in-with")
    sign_in_as(page, "ann")
    expect(page.get_by_role("alert")).to_contain_text("You are not invited yet")
    axe(page)
    shot(page, "sign-in-refused")

    owner: Page = studio.page()
    headers = {"Tidings-Environment": "production"}
    invitation = {"email": "ann@example.com", "role": "manager"}
    assert owner.request.post(f"{studio.url}/accounts", data=invitation, headers=headers).status == 201

    page.goto(f"{studio.url}/studio/outbox")
    page.get_by_role("link", name="Sign in with Example").click()  # the provider knows the browser by now
    expect(page.get_by_role("heading", name="Outbox", level=1)).to_be_visible()
    assert page.url == f"{studio.url}/studio/outbox"
    page.goto(f"{studio.url}/studio/settings/account")
    expect(page.get_by_role("heading", name="Single sign-on")).to_be_visible()
    expect(page.get_by_role("heading", name="Password", exact=True)).to_have_count(0)
    cookies = {each["name"]: each for each in page.context.cookies(studio.url)}
    assert cookies["tidings_studio"]["httpOnly"]
    assert cookies["tidings_studio"]["sameSite"] == "Lax"
    assert "tidings_oidc" not in cookies
    axe(page)

    other: Page = studio.page(signed_in=False)
    other.goto(f"{studio.url}/studio/")
    sign_in_as(other, "newman")
    expect(other.get_by_role("alert")).to_contain_text("Your email address is not verified")

    owner.goto(f"{studio.url}/studio/settings/team")
    expect(owner.get_by_text("single sign-on")).to_be_visible()
    owner.goto(f"{studio.url}/studio/settings/audit")
    expect(owner.get_by_text("Account: bind to oidc")).to_be_visible()
    expect(owner.get_by_text("Account: refuse oidc").first).to_be_visible()
    owner.goto(f"{studio.url}/studio/settings/team")
    owner.get_by_role("button", name="Actions for ann@example.com").click()
    owner.get_by_role("menuitem", name="Forget who it is").click()
    expect(owner.get_by_text("single sign-on")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    for each in (page, other, owner):
        assert each.complaints == [], each.complaints  # type: ignore[attr-defined]
