"""Padded bigrams, the tokens that a code is made of."""

START = "^"
END = "$"


def bigrams(word: str) -> tuple[str, ...]:
    """The bigrams of a word between two padding characters that no word contains.

    Args:
        word: a form of a `NameWord`, or digits.

    Returns:
        ``len(word) + 1`` bigrams in order, repeats kept; none for an empty word.
    """
    if not word:
        return ()
    padded = f"{START}{word}{END}"
    return tuple(padded[place : place + 2] for place in range(len(word) + 1))
