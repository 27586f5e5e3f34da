"""The network of `encoder.names.romaniser`, fitted: one hidden layer over the letters around each letter.

Plain numpy and scipy: the input is one-hot, so a layer is a product with a sparse matrix. Adam (Kingma and Ba 2015),
the step size rising over the first tenth and falling to nothing. Cross-entropy of the renderings that alignment chose.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

WINDOW = 3
HIDDEN = 128
BATCH = 8192
EPOCHS = 3
STEP = 5e-3
_WARM = 0.1
_MOMENT, _SQUARE, _TINY = 0.9, 0.999, 1e-8

Floats = npt.NDArray[np.float32]


@dataclass
class Layers:
    """first float32 (positions x letters, h), bias float32 (h,), second float32 (h, o), prior float32 (o,)."""

    first: Floats
    bias: Floats
    second: Floats
    prior: Floats

    def parts(self) -> list[Floats]:
        """All of them, in one order."""
        return [self.first, self.bias, self.second, self.prior]


def fit(
    windows: npt.NDArray[np.int32], wanted: npt.NDArray[np.int32], inputs: int, outputs: int,
    rng: np.random.Generator, tell: Callable[[int, int, float], None],
) -> Layers:
    """Fit by the likeliest renderings.

    Args:
        windows: int32 (n, positions), which inputs are on.
        wanted: int32 (n,), the rendering.
        inputs: number of inputs.
        outputs: number of renderings.
        rng: for the first weights and the order.
        tell: called now and then with steps done, steps in all and the mean cost in nats since the last call.
    """
    layers = Layers(
        rng.normal(0, 0.15, (inputs, HIDDEN)).astype(np.float32), np.zeros(HIDDEN, np.float32),
        rng.normal(0, HIDDEN**-0.5, (HIDDEN, outputs)).astype(np.float32), np.zeros(outputs, np.float32),
    )
    adam = _Adam(layers)
    steps = EPOCHS * (len(windows) // BATCH)
    costs: list[float] = []
    for step in range(steps):
        if step % (len(windows) // BATCH) == 0:
            order = rng.permutation(len(windows))
        at = step % (len(windows) // BATCH) * BATCH
        chosen = order[at : at + BATCH]
        cost, gradients = _gradients(layers, windows[chosen], wanted[chosen])
        adam.step(gradients, STEP * min((step + 1) / (_WARM * steps), (steps - step) / ((1 - _WARM) * steps)))
        costs.append(cost)
        if len(costs) == 100 or step + 1 == steps:
            tell(step + 1, steps, float(np.mean(costs)))
            costs.clear()
    return layers


def _gradients(
    layers: Layers, windows: npt.NDArray[np.int32], wanted: npt.NDArray[np.int32]
) -> tuple[float, list[Floats]]:
    rows, positions = windows.shape
    on = sparse.csr_matrix(
        (np.ones(windows.size, np.float32), windows.ravel(), np.arange(0, windows.size + 1, positions)),
        shape=(rows, len(layers.first)),
    )
    hidden = on @ layers.first + layers.bias
    np.maximum(hidden, 0, out=hidden)
    nats = hidden @ layers.second + layers.prior
    nats -= nats.max(1, keepdims=True)
    np.exp(nats, out=nats)
    nats /= nats.sum(1, keepdims=True)
    everyone = np.arange(rows)
    cost = float(-np.log(np.maximum(nats[everyone, wanted], 1e-30)).mean())
    nats[everyone, wanted] -= 1
    nats /= rows
    inner = nats @ layers.second.T
    inner[hidden <= 0] = 0
    return cost, [np.asarray(on.T @ inner), inner.sum(0), hidden.T @ nats, nats.sum(0)]


class _Adam:
    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        self._mean = [np.zeros_like(part) for part in layers.parts()]
        self._square = [np.zeros_like(part) for part in layers.parts()]
        self._steps = 0

    def step(self, gradients: list[Floats], size: float) -> None:
        """Move every weight against its gradient."""
        self._steps += 1
        short, long = 1 - _MOMENT**self._steps, 1 - _SQUARE**self._steps
        for part, mean, square, gradient in zip(self._layers.parts(), self._mean, self._square, gradients, strict=True):
            mean += (1 - _MOMENT) * (gradient - mean)
            square += (1 - _SQUARE) * (gradient * gradient - square)
            part -= np.float32(size / short) * mean / (np.sqrt(square / np.float32(long)) + np.float32(_TINY))
