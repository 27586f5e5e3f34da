"""Answers to the hub, in messages that it takes."""

from collections.abc import Iterator, Sequence
from typing import Final

import structlog

from api.holder.sync.client import HubClient
from api.wire.masked import MAX_MASKED, MaskedAnswer, MaskedAnswers, MaskedTaken
from api.wire.problems import ProblemError

_ENVELOPE_BYTES = 4096
_ANSWER_BYTES = 512
_DIVIDED: Final = frozenset({"too-large", "invalid-body"})


def post(client: HubClient, answers: Sequence[MaskedAnswer], most_bytes: int) -> list[MaskedAnswer]:
    """Send answers; gives those that the hub has taken or needs no more.

    A message that it does not take is halved, so that one answer that it does not take costs itself only.

    Args:
        client: the hub.
        answers: any number of them.
        most_bytes: of one message.

    Raises:
        ProblemError: the hub does not answer or takes nothing; all may be sent again.
    """
    return [each for part in _parts(answers, most_bytes - _ENVELOPE_BYTES) for each in _sent(client, part)]


def _sent(client: HubClient, answers: list[MaskedAnswer]) -> list[MaskedAnswer]:
    try:
        body = MaskedAnswers(answers=answers).model_dump_json().encode()
        client.ask(MaskedTaken, "POST", "/v1/masked-answers", body)
    except ProblemError as problem:
        if problem.kind not in _DIVIDED:
            raise
        if len(answers) == 1:
            structlog.get_logger().error("the hub does not take a masked answer", problem=problem.kind)
            return []
        middle = len(answers) // 2
        return _sent(client, answers[:middle]) + _sent(client, answers[middle:])
    return answers


def _parts(answers: Sequence[MaskedAnswer], most_bytes: int) -> Iterator[list[MaskedAnswer]]:
    part, size = list[MaskedAnswer](), 0
    for answer in answers:
        # Only the codes are long.
        length = len(answer.codes) + _ANSWER_BYTES
        if part and (size + length > most_bytes or len(part) == MAX_MASKED):
            yield part
            part, size = [], 0
        part.append(answer)
        size += length
    if part:
        yield part
