"""Telephone numbers of the shape used in each country, invented digit by digit."""

from encoder.synthetic.dice import Dice

# Country code, first digits, number of digits in all, trunk prefix.
SHAPES = {"India": ("+91", ("9", "8", "7", "6"), 10, "0"), "Bangladesh": ("+880", ("13", "17", "18", "19"), 10, "0"),
          "Nepal": ("+977", ("984", "980", "986"), 10, "")}  # fmt: skip
DIGITS = "0123456789"


def draw_phones(dice: Dice, country: str) -> tuple[str, ...]:
    """Return one or two national numbers of a family."""
    _, heads, length, trunk = SHAPES[country]
    numbers = []
    for _ in range(1 + dice.chance(0.25)):
        head = dice.pick(heads)
        tail = str(dice.below(10 ** (length - len(head)))).zfill(length - len(head))
        numbers.append((trunk if country == "Bangladesh" else "") + head + tail)
    return tuple(numbers)


def write_phone(dice: Dice, number: str, country: str) -> str:
    """Return a number as clerks write it: plain, grouped, or with a country code."""
    code, _, _, trunk = SHAPES[country]
    bare = number.removeprefix("0")
    shapes = (number, number, number, f"{code}{bare}", f"{code} {bare[:5]} {bare[5:]}", f"{trunk}{bare}",
              f"{bare[:5]}-{bare[5:]}")  # fmt: skip
    return dice.pick(shapes)


def misremembered(dice: Dice, number: str) -> str:
    """Return a number with one digit forgotten or false."""
    at = dice.between(1, len(number) - 1)
    false = DIGITS[(int(number[at]) + dice.between(1, 9)) % 10]
    return number[:at] + ("" if dice.chance(0.4) else false) + number[at + 1 :]
