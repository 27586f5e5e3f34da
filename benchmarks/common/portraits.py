"""Photos for benchmarks: variants of the one real portrait of the repository, as cameras would give them."""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

PORTRAIT = Path(__file__).parents[2] / "tests" / "pictures" / "grace_hopper.jpg"
_QUALITY = 90


def variants(count: int, width: int, height: int, seed: int, *, on_its_side: bool = False) -> list[bytes]:
    """So many JPEG files of about this size in pixels: tilted a little, brighter or darker, mirrored, with noise.

    With `on_its_side` each lies on one side or the other, and nothing in the file says so.
    """
    rng = np.random.default_rng(seed)
    with Image.open(PORTRAIT) as picture:
        plain = picture.convert("RGB")
    turns = [90 if i % 2 else 270 for i in range(count)] if on_its_side else [0] * count
    return [_variant(plain, width, height, rng, turn) for turn in turns]


def _variant(plain: Image.Image, width: int, height: int, rng: np.random.Generator, turn: int) -> bytes:
    picture = plain.resize((width, height), Image.Resampling.BICUBIC)
    if rng.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    picture = picture.rotate(float(rng.uniform(-6, 6)), Image.Resampling.BICUBIC, fillcolor=(128, 128, 128))
    picture = ImageEnhance.Brightness(picture).enhance(float(rng.uniform(0.8, 1.2)))
    # Noise of a sensor: without it a picture of many pixels is unusually small and quick to decode.
    grain = rng.integers(-6, 7, (height, width, 1), np.int16)
    pixels = np.clip(np.asarray(picture, np.int16) + grain, 0, 255).astype(np.uint8)
    out = BytesIO()
    Image.fromarray(pixels).rotate(turn, expand=True).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
