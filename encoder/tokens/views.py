"""Which bag each view takes from a record: the code beside the table in docs/fields-and-views.md."""

from collections.abc import Callable

from encoder.record import RawRecord
from encoder.tokens.birth import birth_bag
from encoder.tokens.contact import contact_bag
from encoder.tokens.home import home_bag
from encoder.tokens.people import family_bag, father_bag, kin_bag, mother_bag
from encoder.tokens.piece import Piece
from encoder.tokens.traits import traits_bag
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
