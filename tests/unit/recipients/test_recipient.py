import pytest

from tidings.recipients import Direct, OfAudience, OfList, OfPattern, OfTenant, is_many, recipient_of, targets


@pytest.mark.parametrize(
    ("to", "many"),
    [
        ({"user_id": "ann"}, False),
        ({"email": "ann@example.com"}, False),
        ({"slack": {"channel": "C1", "access_token": "x"}}, False),
        ({"user_id": "ann", "list_id": "news"}, False),
        ({"list_id": "news"}, True),
        ({"list_pattern": "news.*"}, True),
        ([{"user_id": "ann"}], True),
        ({"audience_id": "engineers"}, True),
        ({"tenant_id": "acme"}, True),
        ({"account_id": "acme", "locale": "de"}, True),
        ({"user_id": "ann", "tenant_id": "acme"}, False),
        ({"email": "ann@example.com", "tenant_id": "acme"}, False),
    ],
)
def test_one_or_many(to, many):
    """A user, an address or a provider's target is one; a list, a pattern, an audience, a tenant, an array are many."""
    assert is_many(to) is many


def test_targets_keep_their_order_and_data():
    """An array may mix kinds, and each brings its own data."""
    to = [{"user_id": "ann"}, {"list_id": "news", "data": {"a": 1}}, {"list_pattern": "n.*"}]

    assert targets(to) == (Direct({"user_id": "ann"}), OfList("news", {"a": 1}), OfPattern("n.*", {}))


def test_tenants_and_audiences_say_whom_they_mean():
    """An audience may be narrowed to tenants; a tenant may mean those below it."""
    filters = [{"operator": "MEMBER_OF", "path": "account_id", "value": "acme"}]
    to = [
        {"audience_id": "engineers", "filters": filters, "data": {"a": 1}},
        {"list_id": "news", "filters": filters * 2},
        {"tenant_id": "acme", "include_children": True},
        {"tenant_id": "acme", "include_children": False},
    ]

    assert targets(to) == (
        OfAudience("engineers", {"a": 1}, ("acme",)),
        OfList("news", {}, ("acme",)),
        OfTenant("acme", {}, with_children=True),
        OfTenant("acme", {}),
    )


def test_a_user_is_known_by_id_alone():
    """Whatever else stands beside it, a user id says who is meant."""
    plain, inline = recipient_of({"user_id": "ann"}), recipient_of({"user_id": "ann", "email": "x@example.com"})

    assert plain.key == inline.key == "u:ann"
    assert inline.to == {"user_id": "ann", "email": "x@example.com"}


def test_one_address_is_one_recipient():
    """Case and blanks around an address make nobody else of it; a phone number is no email address."""
    assert recipient_of({"email": " Ann@Example.com"}).key == recipient_of({"email": "ann@example.com"}).key
    assert recipient_of({"phone_number": "+1"}).key != recipient_of({"email": "+1"}).key


def test_targets_of_providers_are_told_apart_and_shown_without_a_token():
    """Two channels are two recipients; the log shows the channel and never what opens it."""
    one = recipient_of({"slack": {"access_token": "xoxb-secret", "channel": "C1"}, "data": {"n": 1}})
    other = recipient_of({"slack": {"access_token": "xoxb-secret", "channel": "C2"}})

    assert one.key != other.key
    assert one.shown == "slack:C1"
    assert (one.data, one.to) == ({"n": 1}, {"slack": {"access_token": "xoxb-secret", "channel": "C1"}})
    assert recipient_of({"webhook": {"url": "https://example.com/secret"}}).shown == "webhook"
