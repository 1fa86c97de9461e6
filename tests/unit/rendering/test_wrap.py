"""Finishing plain text."""

from tidings.rendering.wrap import WIDTH, finished


def test_long_lines_are_wrapped_at_spaces():
    """Lines end before the width, where a space stood."""
    lines = finished("word " * 60).splitlines()
    assert len(lines) > 1
    assert all(len(line) <= WIDTH for line in lines)


def test_addresses_stay_whole():
    """A link longer than a line is never broken."""
    url = "https://x.test/" + "a" * 120
    assert url in finished(f"Look at this, it is important: {url} and then go on reading").splitlines()


def test_lists_hang():
    """Wrapped items stay under their own words."""
    first, second = finished("- " + "word " * 20).splitlines()
    assert first.startswith("- word")
    assert second.startswith("  word")


def test_gaps_are_one_line():
    """However many empty lines conditions leave behind, one stays."""
    assert finished("\n\na  \n\n\n \n\nb\r\n\r\n") == "a\n\nb\n"
