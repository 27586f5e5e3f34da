"""Signing answers without the library's general machinery: a hub signs one for each request it takes.

An answer's signature has one form and four values that we make ourselves, so its base (RFC 9421, section 2.5) is a
few lines of text. The library's way of writing the same bytes (`engine.sign_message`) is the reference that tests hold
this against; reading signatures, which others make, is left to the library.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime

from api.wire.request_keys import RequestKey
from api.wire.signatures.forms import ALGORITHM, RESPONSE

LABEL = "milap"
_COVERED = " ".join(f'"{name}"' for name in RESPONSE.components)


def signed_answer(
    status: int, body: bytes, fields: Mapping[str, str], *, key: RequestKey, key_id: str, now: datetime
) -> dict[str, str]:
    """The fields with digest and signature added, by lower-case name.

    Args:
        status: the HTTP status.
        body: as it will be sent.
        fields: `date` and `milap-request-nonce`, both ASCII.
        key: the hub's key.
        key_id: visible ASCII.
        now: aware; when the answer is signed.
    """
    digest = f"sha-256=:{_base64(hashlib.sha256(body).digest())}:"
    known = {**fields, "content-digest": digest}
    values = {"@status": str(status), **known}
    # Strings as RFC 8941, section 4.1.6, writes them.
    name = key_id.replace("\\", "\\\\").replace('"', '\\"')
    parameters = f'({_COVERED});created={int(now.timestamp())};keyid="{name}";alg="{ALGORITHM}";tag="{RESPONSE.tag}"'
    lines = [f'"{component}": {values[component]}' for component in RESPONSE.components]
    base = "\n".join([*lines, f'"@signature-params": {parameters}'])
    signature = _base64(key.sign(base.encode("ascii")))
    return {**known, "signature-input": f"{LABEL}={parameters}", "signature": f"{LABEL}=:{signature}:"}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
