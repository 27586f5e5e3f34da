"""Whether the packages of the extra `face` are there, asked without loading their native code."""

from importlib import metadata

from matcher.errors import MissingExtraError


def require_face_extra(*distributions: str) -> None:
    """See to it that these packages are installed.

    Args:
        distributions: by the names under which they are installed.

    Raises:
        MissingExtraError: one of them is not.
    """
    for name in distributions:
        try:
            metadata.distribution(name)
        except metadata.PackageNotFoundError as error:
            raise MissingExtraError(
                f"Photos need {name}, which is not installed; install milap with its extra 'face', or leave photos out."
            ) from error
