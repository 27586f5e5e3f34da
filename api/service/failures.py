"""What a log may tell about an exception: its type and where it came from, never its message or its values."""

import traceback
from pathlib import Path

_MOST_FRAMES = 20
_ROOT = Path(__file__).parents[2]


def type_of(error: BaseException) -> str:
    """The exception's type, with its module."""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def frames_of(error: BaseException) -> list[str]:
    """Places as `file:line function`, outermost first; of a long traceback the innermost twenty."""
    summary = traceback.StackSummary.extract(
        traceback.walk_tb(error.__traceback__), lookup_lines=False, capture_locals=False
    )
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in summary][-_MOST_FRAMES:]


def _short(filename: str) -> str:
    """The path below the packages; where they are installed tells about the machine."""
    path = Path(filename)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    if path.is_relative_to(_ROOT):
        return path.relative_to(_ROOT).as_posix()
    return "/".join(path.parts[-2:])
