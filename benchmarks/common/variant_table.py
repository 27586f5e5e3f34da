"""Which variants of a profile the frontier is measured on."""

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.common.variants import FAMILY, FULL_NAME, Birth, Event, Joined, Noise, Part, Variant
from matcher.profile import CROSS_BORDER_2026_11_22, LOCAL_2026_11_22
from matcher.views import View

Group = tuple[str, tuple[Joined, ...]]


def _joined(slot: View, *parts: Part) -> Joined:
    return Joined(slot, parts, 64, 1)


ASPECTS = ("one aspect each", (
    _joined(View.CHILD, Part.CHILD), _joined(View.FATHER, Part.FATHER), _joined(View.MOTHER, Part.MOTHER),
    _joined(View.KIN, Part.KIN), _joined(View.HOME, Part.HOME),
))  # fmt: skip
FAMILIES = ("child, family, home", (
    _joined(View.CHILD, Part.CHILD), _joined(View.FAMILY, *FAMILY), _joined(View.HOME, Part.HOME),
))  # fmt: skip
NAMES = ("names, home", (_joined(View.CHILD, *FULL_NAME), _joined(View.HOME, Part.HOME)))
VILLAGES = ("names, village", (_joined(View.CHILD, *FULL_NAME), _joined(View.HOME, Part.VILLAGE)))
AREAS = ("names, district", (_joined(View.CHILD, *FULL_NAME), _joined(View.HOME, Part.AREA)))
FAMILY_HOME = ("child, family with home", (
    _joined(View.CHILD, Part.CHILD), _joined(View.HOME, *FAMILY, Part.HOME),
))  # fmt: skip
RECORD = ("whole record", (_joined(View.CHILD, *FULL_NAME, Part.HOME),))
NOTHING = Variant("no codes", (_joined(View.CHILD),))

SIZES: tuple[tuple[Group, tuple[tuple[int, int], ...]], ...] = (
    (NAMES, ((1, 64), (2, 64), (2, 128), (2, 256), (3, 64), (3, 128), (3, 256), (3, 512), (4, 512), (4, 1024))),
    (FAMILIES, ((1, 64), (2, 64), (3, 64), (3, 256), (3, 1024), (3, 2048), (4, 4096))),
    (RECORD, ((1, 64), (2, 128), (2, 256), (3, 512), (3, 2048), (4, 4096))),
    (FAMILY_HOME, ((2, 64), (2, 128), (3, 256))),
    (VILLAGES, ((2, 64), (2, 128))),
    (AREAS, ((2, 64),)),
    (ASPECTS, ((1, 512), (2, 1024), (3, 2048), (4, 4096))),
)
"""Views, and for each the planes and bits to try, with the grains of the network profile."""

GRAINS = (
    (Birth.KNOWN, Event.YEAR), (Birth.KNOWN, Event.HIDDEN),
    (Birth.KNOWN, Event.QUARTER), (Birth.EIGHT_YEARS, Event.YEAR),
)  # fmt: skip
"""Open attributes to try, coarser than those."""

GRAINED = ((NAMES, 2, 64), (NAMES, 1, 64), (NAMES, 2, 128), (NAMES, 3, 128), (RECORD, 2, 128))
"""What they are tried with."""

NOISES = {
    "a tenth of the bits turned": Noise(flips=0.1), "a fifth of the bits turned": Noise(flips=0.2),
    "a token of its own": Noise(token=0.5), "presence padded": Noise(padded=True),
}  # fmt: skip


def sized(group: Group, planes: int, bits: int) -> Variant:
    """A group of views, each with so many planes and bits."""
    name, views = group
    return Variant(f"{name}, {planes} x {bits}", tuple(replace(view, bits=bits, planes=planes) for view in views))


def grained(variant: Variant, birth: Birth, event: Event) -> Variant:
    """The same with other open attributes, which its name tells."""
    return replace(variant, name=f"{variant.name}; birth {birth}, event {event}", birth=birth, event=event)


def every_variant() -> Iterator[Variant]:
    """All of them; those with the same open attributes stand together."""
    for birth, event in GRAINS:
        yield from (grained(sized(group, planes, bits), birth, event) for group, planes, bits in GRAINED)
    base = [sized(group, planes, bits) for group, sizes in SIZES for planes, bits in sizes]
    yield from (NOTHING, *base)
    short = sized(NAMES, 2, 128)
    for what, noise in NOISES.items():
        yield replace(short, name=f"{short.name}, {what}", noise=noise)
    level = tuple(replace(view, level=1) if view.slot is View.CHILD else view for view in short.views)
    yield replace(short, name=f"{short.name}, all words alike", views=level)
    yield replace(
        short, name="names 2 x 128, home 2 x 64",
        views=tuple(replace(view, bits=128 if view.slot is View.CHILD else 64) for view in short.views),
    )


def fine(birth: Birth, event: Event) -> Variant:
    """The codes that are compared under masks, beside the open attributes of a coarse record, without photos."""
    views = tuple(Joined(p.view, (Part(p.view.value),), p.bits, p.planes) for p in LOCAL_2026_11_22.views)
    return Variant(f"full codes; birth {birth}, event {event}", views, birth, event)


def shipped() -> Variant:
    """The cross-border profile as a variant; a test holds its codes against the encoder's."""
    profile = CROSS_BORDER_2026_11_22
    (planes, bits), *_ = {(p.planes, p.bits) for p in profile.views}
    return grained(sized(NAMES, planes, bits), Birth.KNOWN, Event.YEAR)
