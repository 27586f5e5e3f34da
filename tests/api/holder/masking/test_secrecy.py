"""What is printed of masked comparison shows no code and no key."""

import pytest

from api.holder.masking.masks import Ready
from api.holder.masking.sorting import Sorter
from api.holder.storage.masked_answers import Use
from api.holder.storage.outbox import DueRow
from api.holder.storage.tables import records
from tests.api.holder.masking.masked_hub import MaskedGateway, MaskedHub, Partner, arrived


def test_nothing_that_is_printed_shows_a_code_or_a_key(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner
) -> None:
    (ref,) = arrived(gateway, [1])
    hub.ask_about(ref)
    (scope,) = gateway.errand._tools.scopes
    sorter = Sorter(gateway.masking_key, "west-bengal", gateway.book.usable(), [scope])
    sorted_ = sorter.sort(list(hub.open.values()))
    (row,) = gateway.rows(records)
    due = DueRow(row["id"], ref, "missing", 1, "put", None, "clerk", row["sealed"])
    encoded = scope.codes.of([due])
    (code,) = encoded.codes.values()
    use = Use(b"p" * 16, b"a" * 16, 1, 1, scope.digest)
    shown = " ".join(map(repr, (sorted_, encoded, code, Ready(sorted_.due[0], code), use, gateway.errand, due, scope)))
    words = [str(word) for word in code.codes.ravel().tolist() if word]
    assert not [word for word in words if word in shown]
    assert "pppp" not in shown
    assert repr(row["sealed"])[2:20] not in shown
    with pytest.raises(TypeError):
        gateway.masking_key.__reduce_ex__(4)
