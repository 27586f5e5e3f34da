"""Which partitions have to be compared by themselves: those of the two linkage keys, while the hub has both open."""

from api.holder.sync.encoding import ItemMaker
from api.holder.sync.reconcile import Overlap
from api.wire.partners import Policy


def overlap_of(policy: Policy, maker: ItemMaker | None, next_maker: ItemMaker | None) -> Overlap:
    """The open partitions of the gateway's keys, when the hub has several of their domain; none otherwise."""
    if maker is None:
        return Overlap()
    open_ones = {(p.domain, p.epoch, p.profile) for p in policy.partitions if p.state == "open"}
    if sum(domain == maker.named.domain for domain, _, _ in open_ones) < 2:
        return Overlap()
    following = None if next_maker is None else next_maker.named
    return Overlap(
        maker.named if maker.named in open_ones else None, following if following in open_ones else None
    )
