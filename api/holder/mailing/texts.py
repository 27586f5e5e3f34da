"""What may stand in a message."""

MAX_CHARACTERS = 10_000
_BREAKS = "\n\r\t"


def is_text(text: str) -> bool:
    """Whether a text can be a message: 1 to 10,000 characters, no control characters but line breaks and tabs."""
    if not text.strip() or len(text) > MAX_CHARACTERS:
        return False
    return not any((mark < " " and mark not in _BREAKS) or "\x7f" <= mark <= "\x9f" or _is_half(mark) for mark in text)


def _is_half(mark: str) -> bool:
    """Half of a surrogate pair, which UTF-8 cannot carry."""
    return "\ud800" <= mark <= "\udfff"
