import pytest
from PIL import Image, PngImagePlugin

CANARY = "canary-Sunita-Tamang-27.7172"


def planted(encode, picture: Image.Image, kind: str) -> bytes:
    """The picture with the canary wherever its format takes text."""
    canary = CANARY.encode()
    exif = Image.Exif()
    exif[0x010E] = CANARY
    options: dict[str, object] = {"exif": exif.tobytes(), "xmp": b"<x:xmpmeta>" + canary + b"</x:xmpmeta>"}
    if kind != "HEIC":
        options["icc_profile"] = canary * 10
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", CANARY)
        text.add_itxt("Title", CANARY)
        options["pnginfo"] = text
    if kind == "JPEG":
        options["comment"] = canary
    if kind == "WEBP":
        options["lossless"] = True
    return encode(picture, kind, **options) + canary


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIC"])
def test_nothing_but_the_pixels_comes_back(decoder, encode, drawn, kind):
    picture = drawn(96, 64)
    data = planted(encode, picture, kind)
    plain = encode(picture, kind, **({"lossless": True} if kind == "WEBP" else {}))
    assert data.count(CANARY.encode()) >= 3
    pixels = decoder.decode(data)
    assert CANARY.encode() not in pixels.tobytes()
    assert pixels.tobytes() == decoder.decode(plain).tobytes()
