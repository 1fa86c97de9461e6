"""Messages as Courier writes them (courier-api.md §3); `tidings.data_logs` has the message itself."""

from typing import Any

import msgspec

from tidings.data_logs import Entry
from tidings.messages import Output

Json = dict[str, Any]


class History(msgspec.Struct):
    """What happened to a message, in order; each line has `type` and `ts`."""

    results: list[Json]


class Content(msgspec.Struct):
    """What was rendered for a channel; what the channel does not have is empty."""

    html: str = ""
    text: str = ""
    subject: str = ""
    title: str = ""
    body: str = ""
    blocks: list[Json] = []


class OutputAnswer(msgspec.Struct):
    """What was rendered for one channel."""

    channel: str
    channel_id: str
    content: Content


class Outputs(msgspec.Struct):
    """What was rendered, per channel."""

    results: list[OutputAnswer]


def line(entry: Entry) -> Json:
    """Put one line of the history on the wire."""
    return {**entry.fields, "ts": entry.ts, "type": entry.type}


def output(item: Output) -> OutputAnswer:
    """Put what was rendered on the wire."""
    known = {key: value for key, value in item.content.items() if key in Content.__struct_fields__}
    return OutputAnswer(channel=item.channel, channel_id=item.channel, content=Content(**known))
