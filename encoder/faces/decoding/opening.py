"""Opening a photo without decoding it; imports Pillow and libheif, so only the decoding process imports this.

The class of the kind is called rather than PIL.Image.open, which would try other formats, take a phone's JPEG with a
depth map for an animation, and warn of many pixels in its own way.
"""

from io import BytesIO

import pillow_heif
from PIL import (
    Image,
    ImageFile,
    TiffImagePlugin,  # noqa: F401  the plugins import it when they first meet EXIF, and then no file can be opened
)
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from encoder.faces.decoding.kinds import Kind, kind_of
from encoder.faces.decoding.webp_canvas import webp_pixels
from encoder.faces.reasons import PhotoError, PhotoReason


def prepare_libraries() -> None:
    """Set what Pillow and libheif decide for a whole process."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = None  # ours are counted here, without a warning in between
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.options.THUMBNAILS = False
    pillow_heif.options.DEPTH_IMAGES = False
    pillow_heif.options.AUX_IMAGES = False
    pillow_heif.options.DISABLE_SECURITY_LIMITS = False


def opened(data: bytes, most_pixels: int) -> ImageFile.ImageFile:
    """A picture whose header was read, and nothing more.

    Raises:
        PhotoError: NOT_A_PICTURE, ANIMATED or TOO_MANY_PIXELS.
        Exception: whatever the libraries raise on damaged files.
    """
    kind = kind_of(data)
    if kind is None:
        raise PhotoError(PhotoReason.NOT_A_PICTURE)
    if kind is Kind.HEIC_SEQUENCE:
        raise PhotoError(PhotoReason.ANIMATED)
    if kind is Kind.WEBP and webp_pixels(data) > most_pixels:
        raise PhotoError(PhotoReason.TOO_MANY_PIXELS)
    image = _opener(kind)(BytesIO(data))
    if image.width * image.height > most_pixels:
        raise PhotoError(PhotoReason.TOO_MANY_PIXELS)
    # A HEIC with several stills names one of them as the primary, and that is the one that was opened.
    if kind in (Kind.PNG, Kind.WEBP) and getattr(image, "n_frames", 1) > 1:
        raise PhotoError(PhotoReason.ANIMATED)
    return image


def _opener(kind: Kind) -> type[ImageFile.ImageFile]:
    heif: type[ImageFile.ImageFile] = pillow_heif.HeifImageFile
    return {Kind.JPEG: JpegImageFile, Kind.PNG: PngImageFile, Kind.WEBP: WebPImageFile}.get(kind, heif)
