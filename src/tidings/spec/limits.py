"""How much a call may hold. The figures are Segment's own where it documents any (segment.md §1.4)."""

EVENT_BYTES_MAX = 32 * 1024
"""One event as JSON; the libraries refuse larger ones themselves.

It also keeps properties far below Segment's 10 000 per event: the shortest property takes five bytes.
"""
FORWARDED_BYTES_MAX = 2 * EVENT_BYTES_MAX
"""One event forwarded by Segment, which has added its own fields to what its limit allowed in."""
REQUEST_BYTES_MAX = 500 * 1024
"""One request, decoded. The libraries stop at 475 000 bytes (Python) and 480 KiB (Node)."""
MERGED_BYTES_MAX = 8 * REQUEST_BYTES_MAX
"""What a batch may grow to when its own context joins every item: 500 KB would else become a gigabyte."""
BATCH_ITEMS_MAX = 2500
"""Items in one batch."""
MESSAGE_ID_LENGTH_MAX = 100
"""Characters of a `messageId`."""
ID_BYTES_MAX = 1024
"""UTF-8 bytes of a user, anonymous, group or previous id: they are keys of indexes and parts of URLs."""
NAME_BYTES_MAX = 1024
"""UTF-8 bytes of an event's, page's or screen's name: it is the key of an index."""
DEPTH_MAX = 64
"""Objects and lists inside each other, the event itself counted: nothing behind has to fear for its stack."""
INTEGER_DIGITS_MAX = 4300
"""Digits of an integer that Python reads from text at all (`sys.int_info.default_max_str_digits`)."""
