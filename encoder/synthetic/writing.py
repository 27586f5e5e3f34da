"""How a clerk writes a name or a place: script, spelling, order, honorifics, slips."""

from dataclasses import dataclass

from encoder.synthetic.dice import Dice
from encoder.synthetic.forms import BENGALI, LATIN, Forms
from encoder.synthetic.people import Name
from encoder.synthetic.rates import SyntheticRates
from encoder.synthetic.typing_errors import mistyped
from encoder.synthetic.vocabulary import slot_words

EVERY_WORD = 0.6  # in a respelled name, each further word changes with this probability
# Assamese writes these two letters otherwise than Bengali.
ASSAMESE = str.maketrans({"র": "ৰ"})
VILLAGE_PREFIX = ("Vill. ", "ग्राम ", "গ্রাম- ", "")
VILLAGE_PREFIXED = 0.08


@dataclass(frozen=True, slots=True)
class Clerk:
    """A writer of one record; `second` marks the found side, which hears the names anew."""

    dice: Dice
    rates: SyntheticRates
    script: int
    capitals: bool
    second: bool
    assamese: bool = False

    def person(self, name: Name, honorific: str = "") -> str:
        """Return a full name in the clerk's script, or in Latin when a word has no form in it."""
        dice, rates = self.dice, self.rates
        script = name.script_or_latin(self.script)
        words = self._spelled(name, script)
        if self.second:
            words = self._rearranged(words, name.given)
        if dice.chance(rates.typo):
            at = dice.below(len(words))
            words[at] = mistyped(dice, words[at])
        if honorific:
            words.insert(0, dice.pick(slot_words()[honorific].in_script(script)))
        return self._cased(" ".join(words), script)

    def _spelled(self, name: Name, script: int) -> list[str]:
        """Spell each word by the family's habit, or, in a respelled name, otherwise."""
        dice = self.dice
        habits = list(name.habits)
        if self.second and dice.chance(self.rates.spelling):
            sure = dice.below(len(habits))
            for at, word in enumerate(name.words):
                if at == sure or dice.chance(EVERY_WORD):
                    others = len(word.in_script(script)) - 1
                    habits[at] += 1 + dice.below(others) if others else 0
        spellings = (word.in_script(script) for word in name.words)
        return [forms[habit % len(forms)] for forms, habit in zip(spellings, habits, strict=True)]

    def _rearranged(self, words: list[str], given: int) -> list[str]:
        dice, rates = self.dice, self.rates
        if len(words) > 1 and dice.chance(rates.dropped_token):
            at = dice.pick([i for i in range(len(words)) if i != given])
            words = words[:at] + words[at + 1 :]
        if len(words) > 1 and dice.chance(rates.order_swapped):
            words = [words[-1], *words[:-1]]
        return words

    def listed_place(self, forms: Forms) -> str:
        """Return a country, state or district: chosen from a list, so without slips."""
        dice = self.dice
        script = self.script if forms.spellings[self.script] else LATIN
        spellings = forms.spellings[script]
        every = self.second and dice.chance(self.rates.place_spelling)
        at = dice.below(len(spellings)) if every else dice.skewed(min(2, len(spellings)))
        return self._cased(spellings[at], script)

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
        return VILLAGE_PREFIX[script] + text if self.dice.chance(VILLAGE_PREFIXED) else text

    def _cased(self, text: str, script: int) -> str:
        if script == LATIN:
            return text.upper() if self.capitals else text
        return text.translate(ASSAMESE) if self.assamese and script == BENGALI else text
