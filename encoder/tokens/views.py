"""Which bag each view takes from a record: the code beside the table in docs/fields-and-views.md."""

from collections.abc import Callable

from encoder.record import RawRecord
from encoder.tokens.birth import birth_bag
from encoder.tokens.contact import contact_bag
from encoder.tokens.home import home_bag
from encoder.tokens.people import child_bags, family_bag, father_bag, kin_bag, mother_bag
from encoder.tokens.piece import Piece
from encoder.tokens.traits import traits_bag
from matcher.profile import EncodingProfile
from matcher.views import View

Bag = tuple[Piece, ...]

BAGS: dict[View, Callable[[RawRecord], Bag]] = {
    View.FATHER: father_bag,
    View.MOTHER: mother_bag,
    View.KIN: kin_bag,
    View.FAMILY: family_bag,
    View.BIRTH: lambda record: birth_bag(record.birth) if record.birth else (),
    View.HOME: home_bag,
    View.TRAITS: traits_bag,
    View.CONTACT: contact_bag,
}
"""All views but `child`, which gives a bag a name (encoder.tokens.people.child_bags), and `photo`, which has no tokens
(encoder.faces.photo_view)."""


def names_bags(record: RawRecord, profile: EncodingProfile) -> list[Bag]:
    """The child's view: a bag for each name the child may go by; with all relatives' names where the profile says so.

    Never an empty list: a child of whom no name is known has one bag, which may be empty.
    """
    own = child_bags(record, profile.max_rows) or [()]
    if not profile.full_names:
        return own
    relatives = family_bag(record)
    return [(*bag, *relatives) for bag in own]
