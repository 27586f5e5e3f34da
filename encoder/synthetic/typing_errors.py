"""Slips of the fingers on a keyboard."""

from encoder.synthetic.dice import Dice

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS = {
    letter: "".join(row[max(at - 1, 0) : at] + row[at + 1 : at + 2]) for row in ROWS for at, letter in enumerate(row)
}


def mistyped(dice: Dice, word: str) -> str:
    """Return a word of two or more characters with one slip; the first character stays."""
    if len(word) < 3:
        return word
    at = dice.between(1, len(word) - 2)
    slip = dice.below(4)
    if slip == 0:  # two keys in the wrong order
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if slip == 1:  # a key missed
        return word[:at] + word[at + 1 :]
    if slip == 2:  # a key pressed twice
        return word[: at + 1] + word[at:]
    return word[:at] + dice.pick(NEIGHBOURS.get(word[at].lower(), word[at])) + word[at + 1 :]
