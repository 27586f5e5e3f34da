"""Which partitions are compared under masks, and why commands about models have nothing to do there."""

from api.hub.storage.partitions import Partition
from matcher.profile import PROFILES


def is_refined(partition: Partition) -> bool:
    """Whether candidates of a partition are compared under masks; a profile that is not known here is none such."""
    return refined_by(partition) is not None


def refined_by(partition: Partition) -> str | None:
    """Name of the masked profile that candidates of a partition are compared by."""
    profile = PROFILES.get(partition.profile)
    return None if profile is None else profile.refined_by


def no_estimate(partition: Partition) -> str:
    """Why there is no estimate, in one sentence; InputError texts and listings say it."""
    return (
        f"Partition {partition.id} is compared under masks: candidates are weighed by the model that ships with "
        f"{refined_by(partition)}, and nothing is estimated at the hub."
    )
