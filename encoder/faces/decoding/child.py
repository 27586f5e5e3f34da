"""The decoding process: `python -m encoder.faces.decoding.child` with the limits as arguments; see PictureDecoder."""

import sys
import warnings

from encoder.faces.child_side import ChildLimits, serve
from encoder.faces.decoding.answers import picture_answer, reason_answer
from encoder.faces.decoding.limits import DecodingLimits
from encoder.faces.decoding.opening import opened, prepare_libraries
from encoder.faces.decoding.upright import upright_rgb
from encoder.faces.reasons import PhotoError, PhotoReason


def decoded(data: bytes, most_pixels: int) -> bytes:
    """The answer to one photo; see encoder.faces.decoding.answers."""
    try:
        picture = upright_rgb(opened(data, most_pixels))
        return picture_answer(picture.height, picture.width, picture.tobytes())
    except PhotoError as error:
        return reason_answer(error.reason)
    except MemoryError:
        return reason_answer(PhotoReason.UNREADABLE)
    except Exception:
        # The libraries raise a dozen kinds of exceptions on broken files, and their messages may quote these.
        return reason_answer(PhotoReason.DAMAGED)


def main(arguments: list[str]) -> None:
    """Serve photos until the parent is gone."""
    limits = DecodingLimits.of_arguments(arguments)
    prepare_libraries()
    warnings.simplefilter("ignore")
    child = ChildLimits(limits.memory_bytes, limits.cpu_seconds, limits.wall_seconds)
    serve(lambda data: decoded(data, limits.pixels), child)


if __name__ == "__main__":
    main(sys.argv[1:])
