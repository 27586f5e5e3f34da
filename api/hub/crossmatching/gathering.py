"""The lists of found records while missing ones are searched: what is the best so far, and what could still enter."""

import numpy as np

from api.hub.crossmatching.blocks import NOBODY
from api.hub.crossmatching.lists import Int32, listed
from indexer.best_lists import add_to_lists
from matcher.views import Kind


class Gathered:
    """The best `top` missing records of each found record, of those that were searched so far.

    numbers  int32 (n,), the found records, rising
    others   int32 (n, top), best first, NOBODY behind the last
    weights  int32 (n, top), thousandths of a bit; 0 behind the last
    """

    def __init__(self, numbers: Int32, top: int) -> None:
        """Nobody was searched yet."""
        self.numbers = numbers
        self.others = np.full((len(numbers), top), NOBODY, dtype=np.int32)
        self.weights = np.zeros((len(numbers), top), dtype=np.int32)

    def put(self, numbers: Int32, others: Int32, weights: Int32) -> None:
        """The lists of some records, int32 (r,), (r, top) and (r, top), of a search of their own."""
        place = np.searchsorted(self.numbers, numbers)
        self.others[place], self.weights[place] = others, weights

    def offer(self, offers: Int32) -> None:
        """Let pairs, int32 (o, 3) of missing record, found record and weight, each once, stand where they belong."""
        missing, found, weight = (np.ascontiguousarray(column) for column in offers.T)
        add_to_lists(self.others, self.weights, np.searchsorted(self.numbers, found), missing, weight)

    def floors(self, size: int, minimum: int) -> Int32:
        """The weight from which a pair may enter each record's list, int32 (size,) by record number (Lists.floors)."""
        limits = np.zeros(self.others.shape, dtype=np.uint8)
        lists = listed(self.numbers, Kind.FOUND, self.others, self.weights, limits)
        return lists.floors(size, minimum, np.zeros(0, dtype=np.int32))
