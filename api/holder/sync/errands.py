"""What a gateway settles with the hub beside records and candidates: decisions, messages, links, checkpoints."""

from typing import Protocol

from api.holder.sync.client import HubClient


class Errand(Protocol):
    """One kind of business, in turns that may be repeated: interrupted anywhere, the next turn goes on."""

    def run(self, client: HubClient) -> bool:
        """Settle what is due, or a part of it; True when there is more.

        A refusal that concerns one thing is noted with that thing.

        Raises:
            ProblemError: the hub does not answer or refuses everything; tried again later.
        """
        ...
