"""One word of an Indic or Perso-Arabic script to the Latin spellings that people give it: form B, fitted.

A rule table (`encoder.names.transliterate`, form A) says what the letters stand for; people write otherwise. The
romaniser looks at each letter with three neighbours on either side and knows how often such a letter was written as
which Latin letters. It gives several spellings with their probabilities, not the likeliest alone: a code made of all of
them lies closer to whatever a clerk in another state has typed. `tools/romaniser` fits it; the sources stand in
`tables/SOURCES.md`.

The network is one hidden layer of rectified sums, kept as small integers: sums of integers are exact in float64, so
every machine reads a name alike.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from io import BytesIO

import numpy as np
import numpy.typing as npt

from encoder.jit import kernel
from encoder.names.scripts import Script

FILE = "romaniser.npz"
FORMAT = 1
PAD, STRANGE = 0, 1
"""Numbers of "no letter here" and of a letter that training never saw; known letters follow."""

OPTIONS = 4
"""Latin renderings of one letter that are followed up."""
LEAST = 0.02
"""Probability below which a rendering is not."""
SPELLINGS = 8
"""Spellings of a word that are kept while reading on."""
LONGEST = 40
"""Letters of a word that are read; what follows says nothing more."""

Spellings = tuple[tuple[str, float], ...]


@dataclass(frozen=True, eq=False, repr=False)
class Romaniser:
    """A fitted network: c letters, h hidden units, o renderings, w letters of context on either side.

    version   its name and date
    scripts   the scripts that it was fitted on
    letters   letter to its number
    chunks    Latin renderings, o of them; the empty one for a letter that is not spoken
    first     int16 (2w + 1, c + 2, h), what each letter in each place of the window adds to the hidden units
    bias      int32 (h,), in the same unit
    second    int16 (o, h), what each hidden unit adds to each rendering
    scale     value of one unit of first x second, in nats
    prior     float64 (o,), nats
    allowed   int32 (a,), renderings that each letter was ever given, letter after letter
    starts    int32 (c + 3,), where each letter's begin in `allowed`
    """

    version: str
    scripts: frozenset[Script]
    letters: dict[str, int]
    chunks: tuple[str, ...]
    first: npt.NDArray[np.int16]
    bias: npt.NDArray[np.int32]
    second: npt.NDArray[np.int16]
    scale: float
    prior: npt.NDArray[np.float64]
    allowed: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int32]

    def spellings(self, word: str) -> Spellings:
        """Latin spellings of a word with their probabilities, likeliest first; none where no letter is known.

        Args:
            word: a word in one of `scripts`, cleaned and composed.

        Returns:
            At most SPELLINGS; the probabilities add up to 1.
        """
        window = self.first.shape[0] // 2
        numbers = [self.letters.get(letter, STRANGE) for letter in word[:LONGEST]]
        if max(numbers, default=STRANGE) == STRANGE:
            return ()
        padded = np.array([PAD] * window + numbers + [PAD] * window, dtype=np.int32)
        chosen = np.empty((len(numbers), OPTIONS), dtype=np.int32)
        shares = np.empty((len(numbers), OPTIONS), dtype=np.float64)
        best_renderings(
            padded, self.first, self.bias, self.second, self.scale, self.prior, self.allowed, self.starts, chosen,
            shares,
        )
        return self._joined(chosen.tolist(), shares.tolist())

    def _joined(self, chosen: list[list[int]], shares: list[list[float]]) -> Spellings:
        """The likeliest spellings that the letters' renderings make, spelled alike counted together."""
        beam = {"": 1.0}
        for renderings, chances in zip(chosen, shares, strict=True):
            grown: defaultdict[str, float] = defaultdict(float)
            for rendering, chance in zip(renderings, chances, strict=True):
                if chance < LEAST:
                    break
                chunk = self.chunks[rendering]
                for spelled, so_far in beam.items():
                    grown[spelled + chunk] += so_far * chance
            beam = dict(_likeliest(grown)) if len(grown) > SPELLINGS else grown
        spoken = [(spelled, chance) for spelled, chance in _likeliest(beam) if spelled]
        whole = sum(chance for _, chance in spoken)
        return tuple((spelled, chance / whole) for spelled, chance in spoken)


def _likeliest(spellings: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(spellings.items(), key=lambda pair: (-pair[1], pair[0]))[:SPELLINGS]


@kernel
def best_renderings(
    padded: npt.NDArray[np.int32], first: npt.NDArray[np.int16], bias: npt.NDArray[np.int32],
    second: npt.NDArray[np.int16], scale: float, prior: npt.NDArray[np.float64], allowed: npt.NDArray[np.int32],
    starts: npt.NDArray[np.int32], chosen: npt.NDArray[np.int32], shares: npt.NDArray[np.float64],
) -> None:
    """The likeliest renderings of each letter of a word and their shares, written to `chosen` and `shares`.

    Args:
        padded: int32 (n + 2w,), letters' numbers, PAD at both ends.
        first: see `Romaniser`, and so on to `starts`.
        bias: see there.
        second: see there.
        scale: see there.
        prior: see there.
        allowed: see there.
        starts: see there.
        chosen: int32 (n, OPTIONS), filled with renderings, likeliest first.
        shares: float64 (n, OPTIONS), filled with their probabilities, 0 where there are no more.
    """
    positions, hidden_units = first.shape[0], first.shape[2]
    hidden = np.empty(hidden_units, np.int64)
    for place in range(chosen.shape[0]):
        for unit in range(hidden_units):
            hidden[unit] = bias[unit]
        for position in range(positions):
            row = first[position, padded[place + position]]
            for unit in range(hidden_units):
                hidden[unit] += row[unit]
        for option in range(chosen.shape[1]):
            chosen[place, option], shares[place, option] = 0, 0.0
        letter = padded[place + positions // 2]
        begin, end = starts[letter], starts[letter + 1]
        nats = np.empty(end - begin, np.float64)
        for i in range(end - begin):
            weights = second[allowed[begin + i]]
            total = 0
            for unit in range(hidden_units):
                if hidden[unit] > 0:
                    total += hidden[unit] * weights[unit]
            nats[i] = total * scale + prior[allowed[begin + i]]
        _choose(nats, allowed[begin:end], chosen[place], shares[place])


@kernel
def _choose(
    nats: npt.NDArray[np.float64], allowed: npt.NDArray[np.int32], chosen: npt.NDArray[np.int32],
    shares: npt.NDArray[np.float64],
) -> None:
    """The highest of `nats` (a,) with their shares of all; of equal ones the earlier."""
    if nats.shape[0] == 0:
        return
    most = nats.max()
    whole = 0.0
    for i in range(nats.shape[0]):
        nats[i] = np.exp(nats[i] - most)
        whole += nats[i]
    for option in range(min(chosen.shape[0], nats.shape[0])):
        best = 0
        for i in range(nats.shape[0]):
            if nats[i] > nats[best]:
                best = i
        chosen[option], shares[option] = allowed[best], nats[best] / whole
        nats[best] = -1.0


@cache
def shipped() -> Romaniser:
    """The romaniser of this release, read once."""
    return load(resources.files("encoder.names").joinpath("tables", FILE).read_bytes())


@lru_cache(maxsize=1 << 16)
def romanise(part: str, script: Script) -> Spellings:
    """Latin spellings of a word with their probabilities (`Romaniser.spellings`); none for a script it does not know.

    Args:
        part: a word written in one script, cleaned and composed.
        script: its script.
    """
    romaniser = shipped()
    return romaniser.spellings(part) if script in romaniser.scripts else ()


def load(content: bytes) -> Romaniser:
    """A romaniser from the bytes of its file; ValueError when they are of another format."""
    with np.load(BytesIO(content), allow_pickle=False) as held:
        about = json.loads(held["about"].tobytes())
        if about["format"] != FORMAT:
            raise ValueError(f"The romaniser has format {about['format']}, not {FORMAT}; take this release's file.")
        letters = held["letters"].tolist()
        return Romaniser(
            version=about["version"], scripts=frozenset(map(Script, about["scripts"])),
            letters={chr(letter): number for number, letter in enumerate(letters, start=STRANGE + 1)},
            chunks=tuple(about["chunks"]), first=held["first"].astype(np.int16), bias=held["bias"],
            second=held["second"].astype(np.int16), scale=float(about["scale"]), prior=held["prior"],
            allowed=held["allowed"], starts=held["starts"],
        )
