"""The space between the rows of a frame: none above the first that shows and none below the last, so it is even.

Outside of frames each row has its space within itself. In a frame it depends on who else shows, which conditions and
loops decide for each message: a row says how much it wants on either side, and the next one that shows brings it along.
"""

from tidings.rendering.program import Operation, Run, Scope


def between(before: int, after: int) -> Operation:
    """Print the space above a row that wants so many pixels before and after it, unless the frame begins with it."""

    def space(run: Run, _scope: Scope) -> str:
        above, run.spaces[-1] = run.spaces[-1], after
        height = 0 if above is None else above + before
        if not height:
            return ""
        return f'<tr><td style="height:{height}px;font-size:0;line-height:{height}px;">&#8202;</td></tr>'

    return space


def begin(run: Run, _scope: Scope) -> None:
    """Begin a frame."""
    run.spaces.append(None)


def end(run: Run, _scope: Scope) -> None:
    """End it."""
    run.spaces.pop()
