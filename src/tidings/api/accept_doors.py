"""Which path is which door."""

from typing import Final

from tidings.ingest import BATCH, IMPORT, INBOUND, Door

METRICS: Final = Door()
"""`/v1/m`: what analytics.js measures of itself; answered and forgotten."""

_TRACK, _IDENTIFY, _PAGE = Door(type="track"), Door(type="identify"), Door(type="page")
_SCREEN, _GROUP, _ALIAS = Door(type="screen"), Door(type="group"), Door(type="alias")
_DOORS: dict[str, Door] = {
    "/v1/track": _TRACK,
    "/v1/identify": _IDENTIFY,
    "/v1/page": _PAGE,
    "/v1/screen": _SCREEN,
    "/v1/group": _GROUP,
    "/v1/alias": _ALIAS,
    "/v1/t": _TRACK,
    "/v1/i": _IDENTIFY,
    "/v1/p": _PAGE,
    "/v1/s": _SCREEN,
    "/v1/g": _GROUP,
    "/v1/a": _ALIAS,
    "/v1/batch": BATCH,
    "/v1/b": BATCH,
    "/v1/import": IMPORT,
    "/v1/m": METRICS,
    "/inbound/segment": INBOUND,
}
_ELSEWHERE = ("/v1/pixel/", "/v1/projects/")  # not calls: other parts of the house answer there


def door_at(path: str) -> Door | None:
    """Find the door of a path; libraries whose host ends in a slash double it, and some end in one."""
    return _DOORS.get(path) or _DOORS.get(_plain(path))


def is_ours(path: str) -> bool:
    """Tell whether a path is a door, or would be one on Segment's side and deserves its 404."""
    if path in _DOORS:
        return True
    plain = _plain(path)
    return plain in _DOORS or (plain.startswith("/v1/") and not f"{plain}/".startswith(_ELSEWHERE))


def _plain(path: str) -> str:
    return "/" + "/".join(filter(None, path.split("/")))
