import base64

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.wire.batches import Marks, batch_of, check_item, put_items
from api.wire.items import ItemError, parse_item
from api.wire.names import new_ref
from encoder.encode import RecordEncoder
from encoder.keys import LinkageKey
from encoder.reading.read import read_records
from encoder.synthetic.files import write
from encoder.synthetic.population import generate
from matcher.profile import LOCAL_2026_11_22, NETWORK_2026_11_22
from matcher.views import Kind

PROFILES = {profile.name: profile for profile in (LOCAL_2026_11_22, NETWORK_2026_11_22)}


@pytest.fixture(scope="module", params=PROFILES)
def batch(request, tmp_path_factory):
    """Forty encoded records."""
    folder = tmp_path_factory.mktemp("people")
    write(generate(40, 30, 5), folder)
    records = read_records(folder / "missing.csv", Kind.MISSING).records
    encoder = RecordEncoder(LinkageKey.generate("test", "1"), PROFILES[request.param])
    return encoder.encode(records, Kind.MISSING, [new_ref() for _ in records])


def items_of(batch):
    """The batch as items, all of version 1."""
    marks = [Marks(new_ref(), new_ref(), new_ref()) for _ in batch.refs]
    return put_items(batch, [1] * len(batch.refs), [None] * len(batch.refs), marks)


def test_a_batch_comes_back_from_the_wire_as_it_was(batch):
    sent = [parse_item(item.model_dump(mode="json")) for item in items_of(batch)]
    back = batch_of(sent, batch.profile, batch.key_check)
    assert (back.refs, back.kind, back.key_check) == (batch.refs, batch.kind, batch.key_check)
    for name in ("record", "codes", "presence", "sex", "birth", "event"):
        assert np.array_equal(getattr(back, name), getattr(batch, name)), name


def test_no_items_make_an_empty_batch():
    assert len(batch_of([], LOCAL_2026_11_22, bytes(8))) == 0


def damaged(item, **changes):
    """The item with some fields changed."""
    return parse_item(item.model_dump(mode="json") | changes)


def refused(item, profile):
    """The reason for which the item is refused."""
    with pytest.raises(ItemError) as caught:
        check_item(item, profile)
    assert caught.value.detail.endswith(("again.", "schema."))
    return caught.value.reason


def test_each_contradiction_of_the_profile_has_its_reason(batch):
    item, profile = items_of(batch)[0], batch.profile
    row = item.rows[0].model_dump()
    bits = base64.b64encode(b"\xff" * profile.words * 8).decode()
    assert refused(damaged(item, rows=[row] * (profile.max_rows + 1)), profile) == "too-many-rows"
    assert refused(damaged(item, rows=[row | {"presence": 1 << len(profile.views)}]), profile) == "unknown-view"
    assert refused(damaged(item, rows=[row | {"code": "no base64!"}]), profile) == "bad-code"
    assert refused(damaged(item, rows=[row | {"code": "é" * 8}]), profile) == "bad-code"
    assert refused(damaged(item, rows=[row | {"code": row["code"][4:]}]), profile) == "bad-code"
    assert refused(damaged(item, rows=[{"presence": 1, "code": bits}]), profile) == "bad-code"
    assert refused(damaged(item, birth=[10, 9]), profile) == "bad-birth"


def test_a_birth_view_needs_an_interval():
    words = np.zeros(LOCAL_2026_11_22.words, dtype="<u8")
    row = {"presence": 1 << 4, "code": base64.b64encode(words.tobytes()).decode()}
    item = {"action": "put", "ref": "b" * 22, "version": 1, "kind": "found", "sex": "male", "rows": [row]}
    item["case"] = "c" * 22
    assert refused(parse_item(item), LOCAL_2026_11_22) == "bad-birth"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
)
NEARLY = st.fixed_dictionaries(
    {"action": st.sampled_from(["put", "withdraw", "erase", "other"]), "ref": JSON, "version": JSON},
    optional={"kind": JSON, "sex": JSON, "birth": JSON, "event": JSON, "expires_on": JSON, "rows": JSON,
              "case": JSON, "officer": JSON, "office": JSON},
)


@settings(max_examples=300)
@given(JSON | NEARLY)
def test_nothing_but_an_item_error_comes_of_any_json(value):
    try:
        assert parse_item(value).action in ("withdraw", "erase", "put")
    except ItemError as error:
        reason = error.reason
    else:
        return
    assert reason == "invalid-item"


def test_an_item_error_never_repeats_a_value():
    secret = "Zqxwsecretname"
    sound = {"action": "withdraw", "ref": "r" * 22, "version": 1}
    for value in ({"action": secret}, sound | {secret: 1}, sound | {"ref": secret}, secret, [secret], {secret: secret}):
        with pytest.raises(ItemError) as caught:
            parse_item(value)
        assert secret not in str(caught.value)


def test_a_repr_shows_no_code(batch):
    item = items_of(batch)[0]
    assert item.rows[0].code[:12] not in repr(item) + repr(item.rows[0]) + str(item.rows)
