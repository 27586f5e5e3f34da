"""Small ONNX networks, written byte by byte: a detector as YuNet answers, and a recogniser as SFace does.

The numbers of fields are those of onnx.proto. The detector takes a red square above a green one for an upright face.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

MARK = 8
"""Pixels of a side of the squares that the detector knows; on a grid of as many pixels."""
FACE_SIDE = 96
EYES = 48
"""Pixels between the eyes that it reports."""


def varint(number: int) -> bytes:
    head = b""
    while number > 127:
        head += bytes([number & 127 | 128])
        number >>= 7
    return head + bytes([number])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def block(field: int, data: bytes | str) -> bytes:
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def tensor(name: str, values: Floats) -> bytes:
    shape = b"".join(number(1, side) for side in values.shape)
    return shape + number(2, 1) + block(8, name) + block(9, values.astype("<f4").tobytes())


def node(kind: str, inputs: Sequence[str], output: str, **attributes: Sequence[int]) -> bytes:
    parts = [block(1, name) for name in inputs] + [block(2, output), block(3, output), block(4, kind)]
    for name, values in attributes.items():
        parts.append(block(5, block(1, name) + b"".join(number(8, value) for value in values) + number(20, 7)))
    return b"".join(parts)


def value(name: str, shape: Sequence[int | str]) -> bytes:
    sides = (number(1, side) if isinstance(side, int) else block(2, side) for side in shape)
    return block(1, name) + block(2, block(1, number(1, 1) + block(2, b"".join(block(1, side) for side in sides))))


def model(nodes: list[bytes], tensors: list[bytes], given: bytes, results: list[bytes]) -> bytes:
    fields = [(1, nodes), (5, tensors), (11, [given]), (12, results)]
    graph = b"".join(block(field, part) for field, parts in fields for part in parts) + block(2, "graph")
    return number(1, 8) + block(7, graph) + block(8, number(2, 13))


def detector() -> bytes:
    nodes: list[bytes] = []
    tensors: list[bytes] = []
    results: list[bytes] = []

    def convolved(name: str, weights: Floats, bias: Floats, stride: int, padding: int) -> None:
        tensors.extend((tensor(f"{name}.weights", weights), tensor(f"{name}.bias", bias)))
        inputs = ("input", f"{name}.weights", f"{name}.bias")
        pads = (padding, 0, padding, 0)
        kernel = weights.shape[2:]
        nodes.append(node("Conv", inputs, f"{name}.map", kernel_shape=kernel, strides=(stride, stride), pads=pads))
        # What is read of each result is its bytes: places first, then the numbers of a place.
        nodes.append(node("Transpose", (f"{name}.map",), name, perm=(0, 2, 3, 1)))
        results.append(value(name, (1, f"{name}.height", f"{name}.width", weights.shape[0])))

    for stride in (8, 16, 32):
        seen = np.zeros((1, 3, 3 * stride, stride), np.float32)
        if stride == MARK:
            blue_green_red = np.array([0, -1, 1], np.float32) / (255 * 2 * stride * stride)
            seen[0, :, :stride] = blue_green_red[:, None, None]
            seen[0, :, 2 * stride :] = -blue_green_red[:, None, None]
        for kind in ("cls", "obj"):
            convolved(f"{kind}_{stride}", seen, np.zeros(1, np.float32), stride, stride)
        size = np.log(FACE_SIDE / MARK)
        nothing = np.zeros((10, 3, stride, stride), np.float32)
        convolved(f"bbox_{stride}", nothing[:4], np.array([0.5, 0.5, size, size], np.float32), stride, 0)
        eye = EYES / MARK / 2
        points = (-eye + 0.5, -2, eye + 0.5, -2, 0.5, 1, -1.5, 3.5, 2.5, 3.5)
        convolved(f"kps_{stride}", nothing, np.array(points, np.float32), stride, 0)
    return model(nodes, tensors, value("input", (1, 3, "height", "width")), results)


def recogniser(dimensions: int = 128) -> bytes:
    random = np.random.default_rng(20261101)
    weights = random.normal(scale=0.1 / 255, size=(8, 3, 16, 16)).astype(np.float32)
    last = random.normal(size=(dimensions, 8, 7, 7)).astype(np.float32)
    nodes = [
        node("Conv", ("data", "weights"), "map", kernel_shape=(16, 16), strides=(16, 16), pads=(0, 0, 0, 0)),
        node("Relu", ("map",), "positive"),
        node("Conv", ("positive", "last"), "product", kernel_shape=(7, 7), strides=(1, 1), pads=(0, 0, 0, 0)),
        node("Flatten", ("product",), "fc1"),
    ]
    tensors = [tensor("weights", weights), tensor("last", last)]
    return model(nodes, tensors, value("data", (1, 3, 112, 112)), [value("fc1", (1, dimensions))])


def painted(height: int, width: int, *places: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """RGB picture, textured, with the mark of a face at each place (row and column of the cell between the squares)."""
    random = np.random.default_rng(1)
    pixels = random.integers(90, 160, (height, width, 1), np.uint8).repeat(3, axis=2)
    for row, column in places:
        across = slice(column * MARK, (column + 1) * MARK)
        pixels[(row - 1) * MARK : row * MARK, across] = (255, 0, 0)
        pixels[(row + 1) * MARK : (row + 2) * MARK, across] = (0, 255, 0)
    return pixels
