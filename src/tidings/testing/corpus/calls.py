"""A small world of people who sign up, shop, watch and chat, as calls; the same seed is the same world."""

from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any, Final

from tidings.testing.corpus.families import FAMILIES
from tidings.testing.corpus.libraries import LIBRARIES, Call
from tidings.testing.corpus.words import FAMILY, GIVEN, PLANS, price, property_of, token

MINUTE_MS: Final = 60_000
_PEOPLE = 40
_ACCOUNTS = 6
_USUAL = {"mobile": ("phone",), "email": ("python",), "b2b_saas": ("python", "node")}
_PAGES = ("Home", "Pricing", "Docs", "Checkout")


def corpus(count: int = 600, *, seed: int = 0, now_ms: int = 1_795_000_000_000) -> list[Call]:
    """Make that many calls, none later than `now_ms`; with 600 each event of the Spec occurs at least once."""
    random = Random(seed)  # noqa: S311 a world that can be made again
    start = now_ms - count * MINUTE_MS // 10
    calls = islice(_calls(random), count)
    return [_dressed(call, random, start + at * MINUTE_MS // 10) for at, call in enumerate(calls)]


def _calls(random: Random) -> Iterator[tuple[str, Call]]:
    people = [_person(number, random) for number in range(_PEOPLE)]
    events = [(family, event) for family, named in FAMILIES.items() for event in named]
    while True:
        random.shuffle(events)
        for family, event in events:
            person = random.choice(people)
            yield from _around(person, random)
            library = random.choice(_USUAL.get(family, tuple(LIBRARIES)))
            properties = {name: property_of(name, random) for name in FAMILIES[family][event].split()}
            yield library, {"type": "track", "event": event, **_ids(person, random), "properties": properties}


def _around(person: dict[str, Any], random: Random) -> Iterator[tuple[str, Call]]:
    """Make what happens beside events: people look around, come in, and say who they are and whom they work for."""
    ids, user = _ids(person, random), {"userId": person["id"]}
    match random.randrange(12):
        case 0 | 1:
            yield random.choice(("python", "node")), {"type": "identify", **user, "traits": person["traits"]}
        case 2:
            traits = {"plan": random.choice(PLANS), "ltv": price(random)}
            yield "browser", {"type": "identify", **user, "anonymousId": person["anonymous"], "traits": traits}
        case 3:
            page = {"url": f"https://example.com/{random.randrange(99)}", "title": "Shop"}
            yield "browser", {"type": "page", **ids, "name": random.choice(_PAGES), "properties": page}
        case 4:
            yield "phone", {"type": "screen", **ids, "name": random.choice(_PAGES), "properties": {"tab": 1}}
        case 5:
            traits = {
                "name": person["account"].title(),
                "plan": random.choice(PLANS),
                "employees": random.randrange(900),
            }
            group = {"groupId": person["account"], "traits": traits | {"total billed": price(random)}}
            yield "node", {"type": "group", **user, **group}
        case 6:
            yield "python", {"type": "alias", **user, "previousId": person["anonymous"]}
        case 7:
            yield "browser", {"type": "identify", "anonymousId": person["anonymous"], "traits": {"visits": 1}}


def _person(number: int, random: Random) -> dict[str, Any]:
    given, family = random.choice(GIVEN), random.choice(FAMILY)
    traits = {
        "email": f"user{number}@example.com",
        "firstName": given,
        "lastName": family,
        "phone": property_of("phone", random),
        "plan": random.choice(PLANS),
        "createdAt": property_of("trial_start_date", random),
        "address": {"city": "Zürich", "country": "CH", "postalCode": f"{random.randrange(1000, 9999)}"},
        "company": {"id": random.randrange(99), "name": f"{family} & Söhne", "employee_count": random.randrange(5000)},
        "tags": ["a", "b"][: random.randrange(3)],
    }
    account = f"account-{random.randrange(_ACCOUNTS)}"
    return {"id": f"user-{number}", "anonymous": token(random), "traits": traits, "account": account}


def _ids(person: dict[str, Any], random: Random) -> dict[str, str]:
    known = random.random() < 0.8
    return {"userId": person["id"]} if known else {"anonymousId": person["anonymous"]}


def _dressed(named: tuple[str, Call], random: Random, at_ms: int) -> Call:
    library, call = named
    return LIBRARIES[library](call, random, at_ms)
