"""Which answers are signed."""

from api.hub.answers import SigningMiddleware, sign_the_answer
from api.wire.names import new_ref
from api.wire.signing import Verified, verify_response
from tests.api.hub.gateways import HUB, HUB_KEY, START, SetClock
from tests.api.service.requests_to import messages_of


def answered(nonce: str | None, *parts: bytes):
    async def app(scope, _receive, send):
        if nonce is not None:
            sign_the_answer(scope["state"], Verified("bengal", nonce, START))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]})
        for at, part in enumerate(parts):
            await send({"type": "http.response.body", "body": part, "more_body": at < len(parts) - 1})

    sent = messages_of(SigningMiddleware(app, HUB_KEY, HUB, SetClock()), "/", [], {})
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}, sent[1]["body"], len(sent)


def test_an_answer_in_parts_is_signed_as_a_whole() -> None:
    nonce = new_ref()
    headers, body, messages = answered(nonce, b"who", b"le")
    assert (body, messages) == (b"whole", 2)
    verify_response(200, headers, body, public_key=HUB_KEY.public, request_nonce=nonce, now=START)


def test_answers_to_requests_that_were_not_verified_are_not_signed() -> None:
    headers, body, _ = answered(None, b"whole")
    assert body == b"whole"
    assert set(headers) == {"content-length"}
