"""What is seen on a child: height that grows with age, marks, complexion."""

from encoder.synthetic.dice import Dice

# Median heights in cm at ages 0..18, after the WHO growth reference lowered by about 3 % (assumed for poor households).
GIRLS_CM = (48, 72, 84, 92, 99, 106, 112, 117, 123, 128, 134, 140, 146, 150, 153, 154, 155, 156, 156)
BOYS_CM = (49, 74, 85, 93, 100, 107, 113, 118, 124, 129, 134, 139, 145, 151, 158, 163, 166, 168, 169)
SPREAD = 0.04  # one standard deviation, as a share of the median
MARK_TYPES = ("mole", "mole", "mole", "scar", "scar", "scar", "birthmark", "burn", "cut", "tattoo", "wart")
MARK_SITES = ("cheek", "forehead", "chin", "neck", "hand", "arm", "leg", "knee", "back", "chest", "eyebrow", "foot",
              "nose", "lip", "head", "shoulder")  # fmt: skip
SIDED = frozenset({"cheek", "hand", "arm", "leg", "knee", "eyebrow", "foot", "shoulder"})
MARK_COUNTS = (0, 0, 1, 1, 1, 2, 2, 3)
COMPLEXIONS = ("wheatish", "wheatish", "dark", "dusky", "fair", "medium")
# Kinds of disability, commonest first, each with words that clerks use for it.
DISABILITIES = {
    "walking": ("polio in one leg", "walks with a limp", "locomotor disability", "lame"),
    "intellect": ("intellectual disability", "mentally challenged", "slow learner", "MR"),
    "hearing": ("hard of hearing", "hearing impaired", "deaf"),
    "sight": ("low vision", "visually impaired", "blind in one eye"),
    "hand": ("one hand does not work", "hand deformity", "locomotor disability"),
    "fits": ("epilepsy", "gets fits"),
}
OTHER_SIDE = {"left": "right", "right": "left"}


def height_cm(sex: str, age: float, stature: float) -> int:
    """Return the height in cm at an age in years for a stature in standard deviations."""
    medians = GIRLS_CM if sex == "f" else BOYS_CM
    year = min(max(age, 0.0), 17.99)
    low, part = int(year), year - int(year)
    median = medians[low] + part * (medians[low + 1] - medians[low])
    return round(median * (1.0 + SPREAD * stature))


def draw_mark(dice: Dice) -> str:
    """Return one mark as `type@site` or `type@site:side`."""
    site = dice.pick(MARK_SITES)
    side = ":" + ("left" if dice.chance(0.5) else "right") if site in SIDED else ""
    return f"{dice.pick(MARK_TYPES)}@{site}{side}"


def draw_marks(dice: Dice) -> tuple[str, ...]:
    """Return a child's marks."""
    return tuple(draw_mark(dice) for _ in range(dice.pick(MARK_COUNTS)))


def seen_marks(dice: Dice, marks: tuple[str, ...], later: bool) -> str:
    """Return the marks that a person notes: some are overlooked; a shelter mixes up sides and sees newer ones."""
    noted = [mark for mark in marks if dice.chance(0.75)]
    if later:
        noted = [_mirrored(mark) if dice.chance(0.08) else mark for mark in noted]
        if dice.chance(0.15):
            noted.append(draw_mark(dice))
    return ";".join(noted)


def _mirrored(mark: str) -> str:
    place, _, side = mark.partition(":")
    return f"{place}:{OTHER_SIDE[side]}" if side else mark


def draw_complexion(dice: Dice) -> str:
    """Return a complexion in the words of police forms."""
    return dice.pick(COMPLEXIONS)


def draw_disability(dice: Dice) -> str:
    """Return a kind of disability."""
    kinds = tuple(DISABILITIES)
    return kinds[dice.skewed(len(kinds))]


def write_disability(dice: Dice, kind: str) -> str:
    """Return a disability in the words of one clerk."""
    return dice.pick(DISABILITIES[kind])
