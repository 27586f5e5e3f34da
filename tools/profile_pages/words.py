"""What stands on the pages beside the figures."""

from collections.abc import Mapping
from typing import Final

PURPOSES: Final[Mapping[str, str]] = {
    "local-2026-11-22": (
        "For one organisation alone: `milap link` on its own two files, and its own hub. One plane, every view, recall"
        " first. **Whoever holds these codes and a list of likely children reads them like names**: they must not leave"
        " the organisation that made them."
    ),
    "local-photo-2026-11-22": (
        "`local-2026-11-22` with one more view, the photo. The figures of the other views are those of"
        " `local-2026-11-22`."
    ),
    "network-2026-11-22": (
        "The *regional* profile: several organisations in one trust domain, a state's police and its shelters, whose"
        " hub is run by somebody whom all of them trust with a lock, a log and an audit. Every view, recall first."
        " Three planes were meant to make graph matching fail. **They do not**, as the figures show: treat a copy of"
        " such codes as a copy of the records."
    ),
    "network-photo-2026-11-22": (
        "`network-2026-11-22` with one more view, the photo. The figures of the other views are those of"
        " `network-2026-11-22`. Between organisations of several trust domains, take the cross-border profile: there a"
        " photo is compared under masks only."
    ),
    "cross-border-2026-11-22": (
        "The *cross-border* profile: organisations of several states or countries, whose hub nobody has to trust with"
        " more than the figures below. What lies at the hub is coarse; candidates that it finds are compared once more"
        " by both gateways' full codes under one-time masks"
        " ([decision 34](../decisions/0034-masked-comparison.md))."
    ),
}
"""What each shipped profile is for."""

HEADINGS: Final[Mapping[str, str]] = {
    "recall": (
        "Share of the true pairs that stand among the first 1, 10, 100 and 1,000 candidates of their report. One true"
        " pair in fourteen is of a report that has another one, so at 1 nothing reaches 1.\n"
    ),
    "attacks": (
        "Every attack is told exactly what the encoder read, spelling by spelling: the worst case. *Re-identified* is"
        " the share of records that were given their own name. The column beside it holds the same attack on codes"
        " known to be weak, in the same run on the same records: an attack that fails there as well says nothing.\n"
    ),
    "by view": "The same by single views, at 2,000 records.\n",
    "masked": (
        "What a hub learns from comparing pairs under masks: distances by view, of pairs that it asked about. It is"
        " meant to keep levels of the best candidates alone; nothing but its own code makes it.\n"
    ),
    "photos": "Codes of photos, on synthetic embeddings that no face had a part in.\n",
}
