"""Candidates to notices for a custodian's gateway."""

from datetime import date

import numpy as np
from sqlalchemy import Connection

from api.hub.cursors import Cursors
from api.hub.storage import candidates
from api.hub.storage.agreements import WithinCountry, agreement_matrix
from api.hub.storage.candidates import ShownCandidate
from api.hub.storage.partners import everyone
from api.wire.candidates import CandidateNotice, CandidatePage


def candidates_for(
    conn: Connection, cursors: Cursors, custodian_id: int, after: int, limit: int, today: date,
    within_country: WithinCountry,
) -> CandidatePage:  # fmt: skip
    """What changed after a cursor among a custodian's candidates with partners that it may be compared with today.

    Raises:
        ProblemError: `invalid-query`; `after` is no cursor of this partner.
    """
    start = cursors.show(after, custodian_id)
    reporters = np.flatnonzero(agreement_matrix(conn, today, within_country)[custodian_id]).tolist()
    found = candidates.page(conn, custodian_id, reporters, start, limit + 1)
    names = {partner.id: partner.name for partner in everyone(conn)}
    shown = found[:limit]
    return CandidatePage(
        items=[_notice(candidate, names) for candidate in shown],
        next=cursors.hide(shown[-1].sequence, custodian_id) if shown else after,
        more=len(found) > limit,
    )


def _notice(candidate: ShownCandidate, names: dict[int, str]) -> CandidateNotice:
    # Validated, since verdicts, levels and states come from the database as text.
    return CandidateNotice.model_validate(
        {
            "candidate": candidate.name,
            "found_ref": candidate.found_ref,
            "found_version": candidate.found_version,
            "partner": names[candidate.missing_partner_id],
            "verdict": candidate.verdict,
            "levels": [{"what": what, "level": level} for what, level in candidate.levels],
            "state": candidate.state,
        }
    )
