"""The errand of photo codes: the hub may settle on a face space, or be reset to none, while nothing else is sent."""

from collections.abc import Callable

from api.holder.sync.client import HubClient
from api.holder.sync.photo_codes import PhotoCodes
from api.holder.sync.photo_following import PhotoFollower
from api.wire.partners import Policy


class PhotoSpaceErrand:
    """Queues records again when photo codes may go out that could not before, or the other way round.

    Args:
        codes: how they go out.
        follower: queues.
        policy: gives the hub's policy, which may be some minutes old.
    """

    def __init__(self, codes: PhotoCodes, follower: PhotoFollower, policy: Callable[[HubClient], Policy]) -> None:
        self._codes, self._follower, self._policy = codes, follower, policy

    def run(self, client: HubClient) -> bool:
        """Compare; see Errand.run. Never more at once."""
        self._follower.follow(self._codes.sending(self._policy(client)))
        return False
