import pytest

from tidings.suppressions import wish_in


@pytest.mark.parametrize("text", ["STOP", " stop. ", "Stop  All", "opt-out", '"Unsubscribe"', "END!"])
def test_stop(text):
    """A word that carriers agree on, alone and however written, means that nothing shall come."""
    assert wish_in(text) is False


@pytest.mark.parametrize("text", ["START", "unstop", "Start!"])
def test_start(text):
    """And another that messages may come again."""
    assert wish_in(text) is True


@pytest.mark.parametrize("text", ["", "YES", "Stop sending the blue ones", "STOP" + " " * 100 + "not", "HELP"])
def test_conversation(text):
    """All else is for a person to read."""
    assert wish_in(text) is None
