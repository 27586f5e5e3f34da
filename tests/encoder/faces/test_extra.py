import pytest

from encoder.faces.decoding.decoder import PictureDecoder
from encoder.faces.extra import require_face_extra
from matcher.errors import MissingExtraError


def test_what_is_installed_is_enough():
    require_face_extra("pillow", "pillow-heif")


def test_a_missing_package_is_named_with_its_extra():
    with pytest.raises(MissingExtraError, match=r"no-such-package.*'face'"):
        require_face_extra("pillow", "no-such-package")


def test_a_decoder_without_its_packages_says_so_at_once(monkeypatch):
    def missing(*_: str) -> None:
        raise MissingExtraError("missing")

    monkeypatch.setattr("encoder.faces.decoding.decoder.require_face_extra", missing)
    with pytest.raises(MissingExtraError):
        PictureDecoder()
