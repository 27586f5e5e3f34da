"""Erased records leave interrupted runs as well: their pinned snapshots still hold the codes."""

from pathlib import Path

import structlog

from api.hub.crossmatching import run_files
from api.hub.crossmatching.alone import is_free


def forget_erased(folder: Path, snapshots: Path, partition_id: int, last_erasure: int) -> None:
    """Remove the files of runs that nobody is at, and that began before the last erasure of their partition.

    Such a run cannot be resumed any more; the next one begins anew.

    Args:
        folder: of all indexes.
        snapshots: of the partition.
        partition_id: the partition.
        last_erasure: number of the change that erased a record last.
    """
    older = [path for path in run_files.every_run(snapshots) if run_files.sequence_of(path) < last_erasure]
    if older and is_free(folder, partition_id):
        for path in older:
            run_files.remove_run(path)
        structlog.get_logger().info("interrupted runs forgotten", partition=partition_id, count=len(older))
