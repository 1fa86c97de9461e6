"""Writes our OpenAPI without a server or a database: `python -m tidings.api.description > openapi.json`."""

import sys
from typing import Any, cast

import msgspec

from tidings.api.application import routed
from tidings.api.services import Services
from tidings.config import Config
from tidings.secrets import SecretBox


class _Nobody:
    """As much of a house as its doors are drawn from. Nothing behind them can be asked."""

    secrets = SecretBox("nothing is signed or sealed with this")
    grants = None
    config = Config()


def description() -> dict[str, Any]:
    """Give the document that a running server answers at `/docs/openapi.json`."""
    return routed(cast("Services", _Nobody())).openapi_schema.to_schema()


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(description())) + b"\n")
