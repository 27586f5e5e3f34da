"""How a clerk writes a name or a place: script, spelling, order, honorifics, slips."""

from dataclasses import dataclass, field

from encoder.synthetic.dice import Dice
from encoder.synthetic.forms import BENGALI, DEVANAGARI, LATIN, Forms
from encoder.synthetic.people import Name
from encoder.synthetic.rates import SyntheticRates
from encoder.synthetic.typing_errors import mistyped
from encoder.synthetic.vocabulary import slot_words

EVERY_WORD = 0.6  # in a respelled name, each further word changes with this probability
# Assamese writes these two letters otherwise than Bengali.
ASSAMESE = str.maketrans({"র": "ৰ"})
VILLAGE_PREFIX = {LATIN: "Vill. ", DEVANAGARI: "ग्राम ", BENGALI: "গ্রাম- "}
VILLAGE_PREFIXED = 0.08


@dataclass(frozen=True, slots=True)
class Clerk:
    """A writer of one record; `second` marks those who hear the names anew: shelters, and stations told again.

    `slips` gathers what went wrong in the record, by the words of `facts.SLIPS`.
    """

    dice: Dice
    rates: SyntheticRates
    script: int
    capitals: bool
    second: bool
    assamese: bool = False
    slips: set[str] = field(default_factory=set)

    def childs_name(self, name: Name) -> str:
        """Return the child's own name, and remember what went wrong in it."""
        return self._written(name, "", self.slips)

    def person(self, name: Name, honorific: str = "") -> str:
        """Return a full name in the clerk's script, or in Latin when a word has no form in it."""
        return self._written(name, honorific, set())

    def _written(self, name: Name, honorific: str, slips: set[str]) -> str:
        dice, rates = self.dice, self.rates
        if self.second and name.initial is not None and dice.chance(rates.initial_spelled):
            name = _initial_in_full(name)
            slips.add("initial_spelled")
        script = name.script_or_latin(self.script)
        words = self._spelled(name, script, slips)
        if self.second and len(words) > 1:
            words = self._rearranged(words, name.given, slips)
        if dice.chance(rates.typo):
            at = dice.below(len(words))
            words[at] = mistyped(dice, words[at])
            slips.add("typo")
        if honorific:
            words.insert(0, dice.pick(slot_words()[honorific].in_script(script)))
        return self._cased(" ".join(words), script)

    def _spelled(self, name: Name, script: int, slips: set[str]) -> list[str]:
        """Spell each word by the family's habit, or, in a respelled name, otherwise."""
        dice = self.dice
        habits = list(name.habits)
        if self.second and dice.chance(self.rates.spelling):
            sure = dice.below(len(habits))
            slips.add("respelled")
            for at, word in enumerate(name.words):
                if at == sure or dice.chance(EVERY_WORD):
                    others = len(word.in_script(script)) - 1
                    habits[at] += 1 + dice.below(others) if others else 0
        words = []
        for word, habit in zip(name.words, habits, strict=True):
            forms = word.spellings[script]
            words.append(forms[habit % len(forms)])
        return words

    def _rearranged(self, words: list[str], given: int, slips: set[str]) -> list[str]:
        dice, rates = self.dice, self.rates
        if dice.chance(rates.dropped_token):
            at = dice.pick([i for i in range(len(words)) if i != given])
            words = words[:at] + words[at + 1 :]
            slips.add("dropped_token")
        if len(words) > 1 and dice.chance(rates.order_swapped):
            words = [words[-1], *words[:-1]]
            slips.add("reordered")
        return words

    def listed_place(self, forms: Forms) -> str:
        """Return a country, state or district: chosen from a list, so without slips."""
        script = self.script if forms.spellings[self.script] else LATIN
        spellings = forms.spellings[script]
        return self._cased(spellings[0] if len(spellings) == 1 else self._one_of(spellings), script)

    def _one_of(self, spellings: tuple[str, ...]) -> str:
        """Return one of the two commonest spellings; those who hear the place anew may write any other."""
        every = self.second and self.dice.chance(self.rates.place_spelling)
        return spellings[self.dice.below(len(spellings)) if every else self.dice.skewed(2)]

    def place(self, forms: Forms | None) -> str:
        """Return a place name typed by hand; the found side often hears another of its spellings."""
        if forms is None:
            return ""
        text = self.listed_place(forms)
        return mistyped(self.dice, text) if self.dice.chance(self.rates.typo) else text

    def village(self, forms: Forms) -> str:
        """Return a village's name, sometimes with the word for village before it."""
        text = self.place(forms)
        script = self.script if forms.spellings[self.script] else LATIN
        return VILLAGE_PREFIX.get(script, "") + text if self.dice.chance(VILLAGE_PREFIXED) else text

    def _cased(self, text: str, script: int) -> str:
        if script == LATIN:
            return text.upper() if self.capitals else text
        return text.translate(ASSAMESE) if self.assamese and script == BENGALI else text


def _initial_in_full(name: Name) -> Name:
    """Return the name with the father's name at its end in place of his initial."""
    assert name.initial is not None
    assert name.father is not None
    kept = [at for at in range(len(name.words)) if at != name.initial]
    words = (*(name.words[at] for at in kept), name.father)
    return Name(words, (*(name.habits[at] for at in kept), 0), kept.index(name.given))
