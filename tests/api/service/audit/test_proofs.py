"""Proofs as messages, from the log that makes them to the partner that judges them."""

import pytest
from sqlalchemy import update

from api.service.audit import checkpoints, log
from api.service.audit.proofs import (
    prove_consistency,
    prove_inclusion,
    prove_leaf,
    verify_growth,
    verify_leaf,
)
from api.wire.audit import LeafProof, sign_checkpoint
from api.wire.request_keys import RequestKey
from matcher.errors import InputError
from tests.api.service.audit.logs import NOW, ORIGIN, entry, new_log

KEY, OTHER_KEY = RequestKey.generate(), RequestKey.generate()


@pytest.fixture
def tables(database):
    """A log of eleven leaves with checkpoints at 5 and 11."""
    tables, index = new_log(database), 0
    for portion in (5, 6):
        with database.write() as conn:
            log.append_all(conn, tables, [entry(index + more) for more in range(portion)])
            checkpoints.publish(conn, tables, KEY, ORIGIN, NOW)
        index += portion
    return tables


@pytest.fixture
def signed(database, tables):
    """Both checkpoints."""
    with database.read() as conn:
        return [checkpoints.of_size(conn, tables, ORIGIN, size) for size in (5, 11)]


def test_a_leaf_is_proved_under_every_checkpoint_that_covers_it(database, tables, signed):
    with database.read() as conn:
        for checkpoint in signed:
            for number in range(checkpoint.size):
                proof = prove_leaf(conn, tables, number, checkpoint)
                again = LeafProof.model_validate_json(proof.model_dump_json())
                assert verify_leaf(again, ORIGIN, KEY.public)
        assert prove_inclusion(conn, tables, 3, 5).path == prove_leaf(conn, tables, 3, signed[0]).path
        with pytest.raises(InputError):
            prove_leaf(conn, tables, 7, signed[0])


def test_a_changed_leaf_proof_is_refused(database, tables, signed):
    with database.read() as conn:
        proof, other = (prove_leaf(conn, tables, number, signed[1]) for number in (3, 4))
    assert "officer" not in repr(proof)
    assert not verify_leaf(proof, "another-hub", KEY.public)
    assert not verify_leaf(proof, ORIGIN, OTHER_KEY.public)
    for field in ("number", "content", "path"):
        assert not verify_leaf(proof.model_copy(update={field: getattr(other, field)}), ORIGIN, KEY.public)
    resized = signed[1].model_copy(update={"size": 10})
    assert not verify_leaf(proof.model_copy(update={"checkpoint": resized}), ORIGIN, KEY.public)


def test_growth_is_proved_from_checkpoint_to_checkpoint(database, tables, signed):
    with database.read() as conn:
        proof = prove_consistency(conn, tables, 5, 11)
        none = prove_consistency(conn, tables, 5, 5)
    assert verify_growth(*signed, proof, KEY.public)
    assert verify_growth(signed[0], signed[0], none, KEY.public)
    assert not verify_growth(*signed, none, KEY.public)
    assert not verify_growth(*reversed(signed), proof, KEY.public)
    assert not verify_growth(*signed, proof, OTHER_KEY.public)
    assert not verify_growth(*signed, proof.model_copy(update={"path": proof.path[::-1]}), KEY.public)
    renamed = sign_checkpoint("another-hub", 11, signed[1].root_bytes, NOW, KEY)
    assert not verify_growth(signed[0], renamed, proof, KEY.public)


def test_a_rewritten_log_cannot_prove_that_it_grew(database, tables, signed):
    with database.write() as conn:
        conn.execute(update(tables.leaves).where(tables.leaves.c.number == 4).values(hash=bytes(32)))
        forged = sign_checkpoint(ORIGIN, 11, log.root(conn, tables), NOW, KEY)
        proof = prove_consistency(conn, tables, 5, 11)
    assert not verify_growth(signed[0], forged, proof, KEY.public)
