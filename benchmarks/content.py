"""How fast content is rendered: a typical email, every other form, and compiling. Prints budget, figure and ratio."""

import functools
import time
from collections.abc import Callable

from report import Row, median, show

from tidings.brands import Brand
from tidings.links import Click, Links, Open
from tidings.rendering import Manner, Renderer, Tracks, Variables, preview

SOURCE = {
    "version": "2022-01-01",
    "elements": [
        {
            "type": "channel",
            "channel": "default",
            "elements": [
                {"type": "meta", "title": "Order {{order.id}}"},
                {"type": "text", "text_style": "h1", "content": "Thank you, {{profile.name}}"},
                {"type": "text", "content": "Your order **{{order.id}}** of {{order.day}} is on its way."},
                {"type": "text", "content": "For members: {{order.points}} points.", "if": "data.member"},
                {"type": "image", "src": "https://shop.example/box.png", "alt_text": "A box"},
                {"type": "divider"},
                {"type": "text", "content": "It comes to {{order.total}}."},
                {"type": "quote", "content": "Fast as ever."},
                {"type": "action", "content": "See it", "href": "https://shop.example/orders/{{order.id}}"},
                {"type": "group", "elements": [{"type": "text", "content": "Questions? Answer this mail."}]},
                {"type": "text", "text_style": "subtext", "content": "Sent to {{profile.email}}"},
            ],
        }
    ],
}
BRAND = Brand(
    environment_id=1,
    id="acme",
    name="Acme",
    created=1,
    updated=1,
    published=1,
    settings={"colors": {"primary": "#7c3aed"}, "email": {"footer": {"markdown": "Acme Ltd, {{brand.name}}"}}},
)
VARIABLES = Variables(
    data={"order": {"id": "A-7", "day": "Monday", "points": 7, "total": "39.90"}, "member": True},
    profile={"name": "Ann", "email": "ann@example.com"},
    brand=BRAND.variables(),
)
ROUNDS = 2_000


def timed(work: Callable[[], object], rounds: int) -> list[float]:
    """Take five runs, in seconds of this process a round: whatever else the machine does costs nothing here."""
    found = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(rounds):
            work()
        found.append((time.process_time() - began) / rounds)
    return found


def main() -> None:
    """Measure and print."""
    renderer, manner = Renderer(), Manner(brand=BRAND, fallback=BRAND)

    def say(channel: str, provider: str = "", *, by: Renderer = renderer, manner: Manner = manner) -> object:
        return by.render(
            channel, SOURCE, cache_key=1, variables=VARIABLES, recipient="a", provider=provider, manner=manner
        )

    email = timed(lambda: say("email"), ROUNDS)
    rows: list[Row] = [
        median("email of 12 nodes, 6 variables, a brand", "µs", 150, [took * 1e6 for took in email], less=True),
        median("emails", "/s a core", 5_000, [1 / took for took in email]),
    ]
    links, own = Links(b"a key", "https://tidings.example"), (1, "1-00000000-000000000000000000000000", "email", "smtp")
    tracks = Tracks(click=lambda url: links.write(Click(*own, url)), pixel=links.write(Open(*own)), own=links.base)
    marked = timed(lambda: say("email", manner=Manner(brand=BRAND, fallback=BRAND, tracks=tracks)), ROUNDS)
    rows.append(median("the same, tracked", "µs", 200, [took * 1e6 for took in marked], less=True))
    for channel, provider in FORMS:
        took = timed(functools.partial(say, channel, provider), ROUNDS)
        rows.append(median(provider or channel, "µs", 150, [one * 1e6 for one in took], less=True))
    cold = timed(lambda: say("email", by=Renderer()), 20)
    rows.append(median("compile and render an email", "ms", 5, [took * 1e3 for took in cold], less=True))
    shown = timed(lambda: preview(renderer, SOURCE, VARIABLES, manner=manner, sample=VARIABLES.root()), 50)
    rows.append(median("preview of ten channels", "ms", 50, [took * 1e3 for took in shown], less=True))
    show(rows, "content")


FORMS = (("sms", ""), ("push", ""), ("inbox", ""), ("direct_message", "slack"), ("direct_message", "msteams"))

if __name__ == "__main__":
    main()
