"""The facts about invented people, before anybody writes them down."""

from dataclasses import dataclass
from datetime import date

from encoder.synthetic.forms import LATIN, SCRIPT_COLUMNS, Forms
from encoder.synthetic.places import Home

EVERY_SCRIPT = range(len(SCRIPT_COLUMNS))


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A full name: its words, and for each the index of the spelling that the family uses.

    `given` is the position of the given name, which is never dropped; `initial` that of the father's initial, whose
    full name is `father`.
    """

    words: tuple[Forms, ...]
    habits: tuple[int, ...]
    given: int = 0
    initial: int | None = None
    father: Forms | None = None

    def script_or_latin(self, script: int) -> int:
        """Return the script if every word has a spelling in it, else Latin."""
        if script != LATIN:
            for word in self.words:
                if not word.spellings[script]:
                    return LATIN
        return script

    @property
    def scripts(self) -> list[int]:
        """The scripts in which every word has a spelling."""
        left = list(EVERY_SCRIPT)
        for word in self.words:
            spellings = word.spellings
            left = [script for script in left if spellings[script] or script == LATIN]
        return left


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """A family with one community, home and family name, and the names of all its children."""

    community: str
    home: Home
    surname: Forms
    surname_habit: int
    father: Name
    mother: Name
    kin: tuple[Name, ...]
    children: tuple[Name, ...]
    sexes: tuple[str, ...]
    phones: tuple[str, ...]
    shared: bool


@dataclass(frozen=True, slots=True, eq=False)
class Child:
    """A child of a family; `place` is its position among the children, `stature` its height's deviation in sd.

    `disability` is a kind of `bodies.DISABILITIES` or empty.
    """

    family: Family
    place: int
    born: date
    nickname: Name
    speaks: bool
    disability: str
    marks: tuple[str, ...]
    stature: float
    complexion: str

    @property
    def name(self) -> Name:
        """The child's full name."""
        return self.family.children[self.place]

    @property
    def sex(self) -> str:
        """`f` or `m`."""
        return self.family.sexes[self.place]

    @property
    def siblings(self) -> tuple[Name, ...]:
        """The names of the other children."""
        return tuple(name for i, name in enumerate(self.family.children) if i != self.place)
