"""From an opened photo to a small, upright RGB picture; only the decoding process imports this."""

import pillow_heif
from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from encoder.faces.decoding.sizes import fitted

_ORIENTATION = 0x0112
_UPRIGHT = 1
_WHITE = (255, 255, 255)
_GAP = 3.0  # below three times the wanted size, the good filter does all of the work

_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation (Exif 3.0, tag 274)."""


def upright_rgb(image: ImageFile.ImageFile) -> Image.Image:
    """Decode: RGB, transparent parts on white, upright by EXIF, no side longer than LONGEST_SIDE, never enlarged.

    Colour profiles are left out, as they are by what the face models were trained on.

    Raises:
        Exception: whatever the libraries raise on damaged files.
    """
    size = fitted(*image.size)
    if isinstance(image, JpegImageFile):
        image.draft(None, size)
    image.load()
    small = _resized(_plain(image), size)
    transpose = _TRANSPOSES.get(_orientation(image))
    return small if transpose is None else small.transpose(transpose)


def _plain(image: Image.Image) -> Image.Image:
    """In a mode that can be resized without loss: L, RGB, or RGBa with premultiplied transparency."""
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode == "La":
        image = image.convert("LA")
    if image.has_transparency_data:
        return (image if image.mode == "RGBA" else image.convert("RGBA")).convert("RGBa")
    return image if image.mode in ("L", "RGB") else image.convert("RGB")


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=_GAP)
    if image.mode != "RGBa":
        return image.convert("RGB")
    seen = image.convert("RGBA")
    canvas = Image.new("RGB", size, _WHITE)
    canvas.paste(seen, mask=seen.getchannel("A"))
    return canvas


def _orientation(image: ImageFile.ImageFile) -> int:
    """The EXIF orientation that is still to be applied; libheif has turned the picture already."""
    if isinstance(image, pillow_heif.HeifImageFile):
        return _UPRIGHT
    try:
        value = image.getexif().get(_ORIENTATION)
    except (MemoryError, RecursionError):
        raise
    except Exception:
        return _UPRIGHT  # broken metadata, and a sound picture
    return value if isinstance(value, int) else _UPRIGHT
