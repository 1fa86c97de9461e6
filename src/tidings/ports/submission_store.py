"""Drafts that were handed in to be checked."""

from collections.abc import Mapping
from typing import Protocol

from tidings.templates import CheckStatus, Submission


class SubmissionStore(Protocol):
    """One submission of a template is open at a time; while it is, its draft is neither written nor published."""

    async def submit(
        self, environment_id: int, template_id: str, *, submission_id: str, by: str, now: int
    ) -> Submission:
        """Hand the draft in; the checks that the template requires are pending.

        Raises `NotFound` (also when archived), and `Conflict` when it is handed in already.
        """
        ...

    async def get(self, environment_id: int, template_id: str, submission_id: str) -> Submission:
        """Read one, over or not. Raises `NotFound`."""
        ...

    async def tell(
        self,
        environment_id: int,
        template_id: str,
        submission_id: str,
        statuses: Mapping[str, CheckStatus],
        *,
        by: str,
        now: int,
    ) -> Submission:
        """Note what checks say; once every check is resolved, the draft becomes the next version and is published.

        Raises `NotFound`, `Conflict` when it is over, and `TooLarge` for more checks than fifty.
        """
        ...

    async def cancel(self, environment_id: int, template_id: str, submission_id: str, *, now: int) -> Submission:
        """Take it back: what is not resolved has failed, and the draft may be written again.

        Raises `NotFound`, and `Conflict` when it is over.
        """
        ...
