"""Answers are signed as the library would sign them, to the byte."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from api.wire.request_keys import request_key_from_seed_bytes
from api.wire.signatures.answers import signed_answer
from api.wire.signatures.clock import http_date
from api.wire.signatures.engine import sign_message
from api.wire.signatures.forms import RESPONSE, ResponseView

VISIBLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
NONCES = st.from_regex(r"[A-Za-z0-9_-]{22,40}", fullmatch=True)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(st.integers(100, 599), st.binary(max_size=200), VISIBLE, NONCES, MOMENTS, st.binary(min_size=32, max_size=32))
def test_the_quick_way_writes_what_the_library_writes(status, body, key_id, nonce, now, seed):
    key = request_key_from_seed_bytes(seed)
    fields = {"date": http_date(now), "milap-request-nonce": nonce}
    reference = sign_message(ResponseView(status, dict(fields)), body, RESPONSE, key=key, key_id=key_id, now=now)
    assert signed_answer(status, body, fields, key=key, key_id=key_id, now=now) == reference
