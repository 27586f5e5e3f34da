"""Whoever calls a gateway of the demo, over HTTP and with a token, as any system or person of the office would."""

from types import TracebackType
from typing import Any, Self

import httpx

from api.cli.demo_offices import Office
from api.cli.processes import ServiceError

_SECONDS = 60.0
Document = dict[str, Any]


class Caller:
    """Calls one gateway.

    Args:
        office: whose gateway it is.
        address: of the gateway, such as http://127.0.0.1:8480.
        token: of a system or a session; None calls as nobody.
    """

    def __init__(self, office: Office, address: str, token: str | None) -> None:
        self.office = office
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        # No proxy of the environment stands between this machine and itself.
        self._client = httpx.Client(base_url=address, headers=headers, timeout=_SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, method: str, path: str, **words: Any) -> Document:
        """What the gateway answers; ServiceError when it does not do what was asked."""
        answer = self._answer(method, path, **words)
        if answer.is_success:
            document: Document = answer.json()
            return document
        # A problem document says what is wrong and holds no value of a record.
        raise ServiceError(f"The gateway {self.office.name} answered {answer.status_code}: {answer.text[:300]}")

    def try_to(self, method: str, path: str, **words: Any) -> tuple[int, Document]:
        """Status and document, whatever they are; ServiceError when there is no answer."""
        answer = self._answer(method, path, **words)
        return answer.status_code, answer.json()

    def _answer(self, method: str, path: str, **words: Any) -> httpx.Response:
        try:
            return self._client.request(method, path, **words)
        except httpx.HTTPError as error:
            raise ServiceError(f"The gateway {self.office.name} does not answer ({type(error).__name__}).") from None
