"""Emails as people see them: pictures that somebody looked at. `SCREENS=write` renews them; then look again.

Browsers draw letters a little differently from version to version, so pictures are compared as one sees them from
afar: cells of 8 by 8 pixels, by their mean colour. All letters are of one typeface that comes with the test tools.
"""

import base64
import os
import shutil
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
from playwright.async_api import Page, Route, async_playwright

from tidings.brands import Brand
from tidings.rendering import Manner, Renderer, Variables

HERE = Path(__file__).parent
SCREENS = HERE / "screens"
SOURCE = msgspec.json.decode((HERE / "order.json").read_bytes())
VARIABLES = Variables(
    data={
        "order": {"id": "A-7", "total": 39.9, "address": "1 Main St, Springfield"},
        "items": [{"name": "Socks & co", "price": 19.9}, {"name": "Hat", "price": 20}],
    },
    profile={"name": "Änne", "email": "a@x.test"},
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--hide-scrollbars"]
FLAGS += ["--disable-lcd-text", "--font-render-hinting=none", "--force-color-profile=srgb", "--disable-sync"]
VIEWS = {
    f"{name}-{scheme}": (width, scheme)
    for name, width in (("phone", 375), ("desktop", 1280))
    for scheme in ("light", "dark")
}
TYPEFACE = """<style>
@font-face { font-family: Seen; src: url(https://type.test/Inter.ttf); font-weight: 100 900; }
@font-face { font-family: Seen; src: url(https://type.test/Inter-Italic.ttf); font-weight: 100 900;
             font-style: italic; }
* { font-family: Seen !important; }
</style>"""
PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="600" height="300">
<rect width="600" height="300" fill="#8b9bb4"/></svg>"""
CELL = 8
"""Pixels on a side."""
COLOR_MAX = 40
"""Of 255, that a cell's red, green or blue may be off: a line of text moved by a pixel is 32 at most."""
SHARE_MAX = 0.02
"""Of all cells, that may be off by more: words moved by a pixel come to half of it, other colours to more."""
COMPARE = """async ([one, other, cell, most]) => {
  const load = async (data) => {
    const image = new Image();
    image.src = "data:image/png;base64," + data;
    await image.decode();
    return image;
  };
  const [a, b] = [await load(one), await load(other)];
  if (a.width !== b.width || Math.abs(a.height - b.height) > cell) return 1;
  const cells = (image) => {
    const [w, h] = [image.width, Math.min(a.height, b.height)];
    const canvas = new OffscreenCanvas(w, h).getContext("2d", { willReadFrequently: true });
    canvas.drawImage(image, 0, 0);
    const pixels = canvas.getImageData(0, 0, w, h).data;
    const means = [];
    for (let y = 0; y + cell <= h; y += cell) for (let x = 0; x + cell <= w; x += cell) {
      const sum = [0, 0, 0];
      for (let j = y; j < y + cell; j++) for (let i = x; i < x + cell; i++)
        for (let c = 0; c < 3; c++) sum[c] += pixels[4 * (j * w + i) + c];
      means.push(sum.map((each) => each / (cell * cell)));
    }
    return means;
  };
  const [as, bs] = [cells(a), cells(b)];
  return as.filter((each, at) => each.some((part, c) => Math.abs(part - bs[at][c]) > most)).length / as.length;
}"""


def chromium() -> str:
    """Find the system's Chromium."""
    names = [os.environ.get("TIDINGS_TEST_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    assert found, "Chromium is missing: install your system's package chromium, or name it in TIDINGS_TEST_CHROMIUM"
    return found


def email(color: str = "#7c3aed") -> str:
    """The order's confirmation in a brand of this colour."""
    header = {"barColor": color, "logo": {"image": "https://x.test/logo.png", "href": "https://x.test"}}
    footer = {
        "markdown": "Acme Ltd · [Leave](https://x.test/leave)",
        "social": {"twitter": {"url": "https://x.test/t"}},
    }
    settings: dict[str, Any] = {"colors": {"primary": color}, "email": {"header": header, "footer": footer}}
    brand = Brand(environment_id=1, id="acme", name="Acme", created=1, updated=1, published=1, settings=settings)
    said = Renderer().render(
        "email", SOURCE, cache_key=None, variables=VARIABLES, recipient="a@x.test", manner=Manner(brand=brand)
    )
    html = str(said.content.html)  # type: ignore[union-attr]
    return html.replace("</head>", TYPEFACE + "</head>", 1)


async def _answer(route: Route) -> None:
    """Lend the typeface, and one picture for all; nobody else is asked."""
    name = route.request.url.rpartition("/")[2]
    if name.endswith(".ttf"):
        file = resources.files("fontpkg_inter") / "files" / name.replace(".ttf", "[opsz,wght].ttf")
        await route.fulfill(
            body=file.read_bytes(), content_type="font/ttf", headers={"access-control-allow-origin": "*"}
        )
    else:
        await route.fulfill(body=PICTURE, content_type="image/svg+xml")


async def photograph(page: Page, html: str, view: str) -> bytes:
    """Take a picture of all of it, as wide and as dark as the view."""
    width, scheme = VIEWS[view]
    await page.set_viewport_size({"width": width, "height": 800})
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.set_content(html)
    await page.evaluate("Promise.all([...document.fonts].map((face) => face.load()))")
    return await page.screenshot(full_page=True, animations="disabled")


async def difference(page: Page, one: bytes, other: bytes) -> float:
    """Tell which share of the cells is off."""
    encoded = [base64.b64encode(picture).decode() for picture in (one, other)]
    return float(await page.evaluate(COMPARE, [*encoded, CELL, COLOR_MAX]))


async def test_emails_look_as_they_were_looked_at(tmp_path: Path) -> None:
    """On a phone and on a desk, by day and by night; and the comparison would see another colour or another layout."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page, bench = await browser.new_page(), await browser.new_page()
        await page.route("**/*", _answer)
        taken = {view: await photograph(page, email(), view) for view in VIEWS}
        for view, picture in taken.items():
            (tmp_path / f"{view}.png").write_bytes(picture)
        if os.environ.get("SCREENS") == "write":
            shutil.copytree(tmp_path, SCREENS, dirs_exist_ok=True)
        seen = {
            view: await difference(bench, taken[view], (SCREENS / f"{view}.png").read_bytes()) for view in VIEWS
        }  # fmt: skip
        others = [
            await photograph(page, email("#0f766e"), "phone-light"),
            await photograph(page, email().replace("max-width: 479px", "max-width: 47px"), "phone-light"),
            taken["phone-dark"],
        ]
        noticed = [await difference(bench, other, taken["phone-light"]) for other in others]
        await browser.close()
    off = {view: share for view, share in seen.items() if share > SHARE_MAX}
    assert not off, f"these look otherwise; compare {tmp_path} with {SCREENS}"
    assert min(noticed) > SHARE_MAX
