"""Channels: what each can carry. Adding one is one struct here and one renderer in `rendering/`."""

from tidings.channels.email import EmailContent
from tidings.channels.way import Available, Dispatch, Way

__all__ = ["Available", "ChannelContent", "Dispatch", "EmailContent", "Way"]

ChannelContent = EmailContent
"""What a renderer makes and a provider takes."""
