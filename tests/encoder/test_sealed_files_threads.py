"""Key files open in several threads at once: a gateway's workers do that."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from encoder.key_files import read_key_file, write_key_file
from encoder.keys import LinkageKey

PASSPHRASE = "several at the same time"


def test_threads_that_open_keys_at_once_do_not_wait_for_each_other(tmp_path: Path) -> None:
    key = LinkageKey.generate("in-wb", "2026-11")
    write_key_file(tmp_path / "a.key", key, PASSPHRASE)
    with ThreadPoolExecutor(4) as pool:
        opened = [pool.submit(read_key_file, tmp_path / "a.key", PASSPHRASE) for _ in range(8)]
        assert all(each.result(timeout=60) == key for each in opened)
