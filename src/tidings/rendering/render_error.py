"""What can go wrong between a template and its words.

Not a `TidingsError`: when it is raised nobody is waiting for an answer; the outbound step turns it into an outcome.
Whoever compiles a template to check it (on save) turns it into `InvalidInput` with the same path.
"""


class RenderError(Exception):
    """The template cannot be rendered; no other attempt will do better.

    `path` names the place in the content, such as `elements[0].elements[2].content`. Neither it nor `detail` ever
    quotes a variable's value.
    """

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(f"{path}: {detail}" if path else detail)
        self.path = path
        self.detail = detail


class NothingToSay(RenderError):
    """The content has no words for this channel."""
