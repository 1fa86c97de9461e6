"""What a property of some name looks like; drawn from a seed."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

GIVEN: Final = ("Ann", "Bob", "Chloé", "Dmitri", "Eun-ji", "Fatima", "Gökçe", "Håkon", "Ines", "João", "Zoë", "美咲")
FAMILY: Final = ("Archer", "Bauer", "Castillo", "Dubois", "Eriksen", "Fischer", "García", "O'Neill", "Sato", "Šimić")
PLANS: Final = ("free", "starter", "pro", "enterprise")
_GOODS = (
    "Monopoly: 3rd Edition",
    "UNO Card Game",
    "Café-Tasse „Größe L“",
    'Kettle 1.7" steel',
    "Ramen 🍜 set",
    "Socks",
)
_TEXTS = ("Hello!", "Can you help me with my order?", "Danke schön 🙏", "It's {{not}} a <b>template</b>", "")


def price(random: Random) -> float:
    """Draw an amount of money."""
    return round(random.uniform(1, 400), 2)


def token(random: Random) -> str:
    """Draw an id as databases make them."""
    return f"{random.getrandbits(96):024x}"


def product(random: Random) -> dict[str, Any]:
    """Draw an item of a cart."""
    return {
        name: property_of(name, random)
        for name in ("product_id", "sku", "name", "price", "quantity", "category", "url")
    }


def _products(random: Random) -> list[dict[str, Any]]:
    return [product(random) for _ in range(random.randint(1, 4))]


def _one_of(*choices: Any) -> Callable[[Random], Any]:
    return lambda random: random.choice(choices)


def _count(low: int, high: int) -> Callable[[Random], int]:
    return lambda random: random.randint(low, high)


def _date(random: Random) -> str:
    return f"2026-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}T{random.randint(0, 23):02d}:00:00.000Z"


def _address(random: Random) -> str:
    return f"https://shop.example.com/{random.choice(('p', 'c', 'blog'))}/{random.randint(1, 9999)}?utm=a%20b"


_MAKERS: dict[str, Callable[[Random], Any]] = {
    **dict.fromkeys(("price", "total", "subtotal", "revenue", "shipping", "tax", "discount", "value"), price),
    **dict.fromkeys(("quantity", "position", "step", "season", "episode", "pod_position"), _count(1, 12)),
    **dict.fromkeys(("total_length", "video_position", "conversation_duration", "pod_length"), _count(0, 7200)),
    **dict.fromkeys(("sound", "bitrate", "build", "previous_build"), _count(1, 9000)),
    **dict.fromkeys(("url", "image_url", "link_url"), _address),
    **dict.fromkeys(("trial_start_date", "trial_end_date"), _date),
    **dict.fromkeys(
        ("full_screen", "ad_enabled", "livestream", "from_background"), lambda random: random.random() < 0.5
    ),
    **dict.fromkeys(("first_name", "invitee_first_name", "agent_name"), _one_of(*GIVEN)),
    **dict.fromkeys(("last_name", "invitee_last_name"), _one_of(*FAMILY)),
    **dict.fromkeys(("share_message", "message_body", "review_body", "description"), _one_of(*_TEXTS)),
    **dict.fromkeys(("email", "invitee_email", "recipient"), lambda random: f"{token(random)[:8]}@example.com"),
    **dict.fromkeys(("content_asset_ids", "content_pod_ids"), lambda random: [token(random)[:6], token(random)[:6]]),
    **dict.fromkeys(("version", "previous_version"), lambda random: f"{random.randint(1, 9)}.{random.randint(0, 20)}"),
    "products": _products,
    "name": _one_of(*_GOODS),
    "currency": _one_of("USD", "EUR", "JPY"),
    "category": _one_of("Games", "Home & Living", "Küche"),
    "rating": _count(1, 5),
    "framerate": _one_of(23.976, 25, 29.97, 60),
    "quality": _one_of("hd1080", "hd720", "highres"),
    "coupon": _one_of("SUMMER-SALE", None, ""),
    "filters": lambda random: [{"type": "price", "value": f"under-${random.randint(10, 99)}"}],
    "sorts": lambda _: [{"type": "price", "value": "desc"}],
    "campaign": lambda random: {"medium": "Push", "source": "Vendor", "name": "May", "content": token(random)[:6]},
    "phone": lambda random: f"+1 555 {random.randint(100, 999)} {random.randint(1000, 9999)}",
    "trial_plan_name": _one_of(*PLANS),
    "email_subject": _one_of("Your order has shipped 📦", "Welcome, {{name}}", "Rechnung Nr. 42"),
}


def property_of(name: str, random: Random) -> Any:
    """Draw a property by its name; of a name that nothing is known of, a short token."""
    maker = _MAKERS.get(name)
    return maker(random) if maker else token(random)[:10]
