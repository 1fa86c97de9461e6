import pytest

from tidings.accounts import AREAS, Role, may, who_may


def words(role, *, changing, live=True):
    """The areas that a role may see or change."""
    return {area for area in AREAS if may(role, area, changing=changing, live=live)}


def test_an_administrator_may_do_all():
    """What is in no area that is known, too."""
    assert words(Role.ADMIN, changing=True) == AREAS
    assert may(Role.ADMIN, "What is new", changing=True, live=True)
    assert who_may("What is new", changing=False, live=False) == [Role.ADMIN]


def test_a_manager_sees_keys_and_people_and_changes_neither():
    """Courier: all but users; API keys read-only."""
    assert words(Role.MANAGER, changing=False) == AREAS
    assert words(Role.MANAGER, changing=True) == AREAS - {"Team", "API keys", "Environments", "Audit"}


def test_a_developer_changes_what_is_simulated():
    """Courier: read-only in production, full in test."""
    assert words(Role.DEVELOPER, changing=True, live=True) == set()
    assert words(Role.DEVELOPER, changing=True, live=False) == AREAS - {"Team", "Environments", "Audit"}


def test_a_designer_designs():
    """And may send, to see how it looks."""
    assert words(Role.DESIGNER, changing=True) == {
        *("Notifications", "Brands", "Translations", "Assets", "Events", "Send")
    }
    assert not words(Role.DESIGNER, changing=False) & {"Team", "API keys", "Audit"}


def test_a_support_specialist_helps_users():
    """Sees what happened; changes users and lists, and what becomes of messages."""
    assert words(Role.SUPPORT_SPECIALIST, changing=True) == {"Profiles", "Lists", "Messages"}
    assert {"Messages", "Inbound events", "Providers"} <= words(Role.SUPPORT_SPECIALIST, changing=False)


def test_an_analyst_changes_nothing_and_reads_of_nobody():
    """Neither logs nor profiles."""
    assert words(Role.ANALYST, changing=True) == set()
    assert not words(Role.ANALYST, changing=False) & {"Messages", "Inbound events", "Outbox", "Profiles", "Privacy"}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("live", [True, False])
def test_who_changes_may_see(role, live):
    """No role changes what it may not look at."""
    assert words(role, changing=True, live=live) <= words(role, changing=False, live=live)


def test_roles_are_written_as_courier_writes_them():
    """Two words for one of them."""
    assert Role.SUPPORT_SPECIALIST.words == "Support Specialist"
