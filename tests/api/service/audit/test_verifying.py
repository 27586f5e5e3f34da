"""Verifying an audit log: nothing is found in a sound one, and any change of any column is."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update

from api.service.audit import checkpoints, log
from api.service.audit.merkle import EMPTY_HEAD, leaf_hash
from api.service.audit.verifying import BLOCK, verify
from api.wire.audit import hash_text, sign_checkpoint
from api.wire.request_keys import RequestKey
from tests.api.service.audit.logs import NOW, ORIGIN, entry, new_log

KEY = RequestKey.generate()
SIZE = 13


def grow(database, tables, count, index=0):
    with database.write() as conn:
        log.append_all(conn, tables, [entry(index + more) for more in range(count)])
        return checkpoints.publish(conn, tables, KEY, ORIGIN, NOW + timedelta(seconds=index))


@pytest.fixture
def tables(database):
    """A log of thirteen leaves with checkpoints at 0, 6 and 13."""
    tables = new_log(database)
    grow(database, tables, 0)
    grow(database, tables, 6)
    grow(database, tables, 7, 6)
    return tables


def verified(database, tables, witnesses=()):
    with database.read() as conn:
        return verify(conn, tables, ORIGIN, KEY.public, witnesses=witnesses)


def faults_after(database, tables, *statements, witnesses=()):
    with database.write() as conn:
        for statement in statements:
            assert conn.execute(statement).rowcount != 0
    return " ".join(verified(database, tables, witnesses).faults)


def test_nothing_is_found_in_a_sound_log(database, tables):
    with database.read() as conn:
        head = log.root(conn, tables)
        witnesses = [checkpoints.of_size(conn, tables, ORIGIN, size) for size in (0, 6, 13, 13)]
    found = verified(database, tables, witnesses)
    assert found.sound
    assert (found.size, found.root, found.checkpoints, found.witnesses) == (SIZE, head, 3, 4)


def test_nothing_is_found_in_an_empty_log(database):
    found = verified(database, new_log(database))
    assert found.sound
    assert (found.size, found.root) == (0, EMPTY_HEAD)


def test_a_log_of_several_blocks_is_verified_with_progress(database):
    tables, seen = new_log(database), []
    for index in range(3):
        grow(database, tables, BLOCK - 1, index * BLOCK)
    with database.read() as conn:
        found = verify(conn, tables, ORIGIN, KEY.public, progress=lambda done, total: seen.append((done, total)))
    total = 3 * (BLOCK - 1)
    assert found.sound
    assert (found.size, found.checkpoints) == (total, 3)
    assert seen == [(BLOCK, total), (2 * BLOCK, total), (total, total)]
    with database.write() as conn:
        conn.execute(update(tables.nodes).where(tables.nodes.c.level == 11).values(hash=bytes(32)))
    assert verified(database, tables).faults == ("The stored hash over leaves 0 to 2047 is missing or not theirs.",)


@pytest.mark.parametrize("number", range(SIZE))
def test_a_flipped_byte_of_content_is_found(database, tables, number):
    leaves = tables.leaves.c
    with database.read() as conn:
        content = conn.execute(select(leaves.content).where(leaves.number == number)).scalar_one()
    changed = content.replace("officer", "offiber")
    found = faults_after(database, tables, update(tables.leaves).where(leaves.number == number).values(content=changed))
    assert f"The content and the hash of leaf {number} do not belong together." in found
    # The tree is rebuilt from the content: whether content or hash was changed can be told.
    assert f"checkpoint of size {6 if number < 6 else 13} has another root" in found


@pytest.mark.parametrize("number", range(SIZE))
def test_a_changed_hash_or_moment_of_a_leaf_is_found(database, tables, number):
    row = update(tables.leaves).where(tables.leaves.c.number == number)
    found = faults_after(database, tables, row.values(hash=bytes(31) + b"\1"))
    assert found == f"The content and the hash of leaf {number} do not belong together."
    undone = row.values(hash=leaf_hash(content_of(database, tables, number)))
    moved = row.values(at=entry(number).at + timedelta(microseconds=1))
    found = faults_after(database, tables, undone, moved)
    assert found == f"The moment stored beside leaf {number} is not that of its content."


def content_of(database, tables, number):
    with database.read() as conn:
        leaves = tables.leaves.c
        return conn.execute(select(leaves.content).where(leaves.number == number)).scalar_one().encode()


def test_a_changed_number_of_a_leaf_is_found(database, tables):
    found = faults_after(database, tables, update(tables.leaves).where(tables.leaves.c.number == 4).values(number=40))
    assert "Leaf 4 is missing" in found
    assert "covers 13 leaves, and only 4 are there" in found


def test_exchanged_leaves_are_found(database, tables):
    leaf = update(tables.leaves)
    number = tables.leaves.c.number
    exchange = [leaf.where(number == old).values(number=new) for old, new in ((2, 99), (3, 2), (99, 3))]
    assert "Leaf 2 holds the content of leaf 3." in faults_after(database, tables, *exchange)


def test_every_changed_column_of_an_inner_node_is_found(database, tables):
    nodes = tables.nodes.c
    with database.read() as conn:
        rows = conn.execute(select(tables.nodes)).all()
    assert len(rows) == SIZE - SIZE.bit_count()
    for row in rows:
        first, last = row.number << row.level, ((row.number + 1) << row.level) - 1
        sentence = f"The stored hash over leaves {first} to {last} is missing or not theirs."
        own = update(tables.nodes).where(nodes.level == row.level, nodes.number == row.number)
        changed = bytes([row.hash[0] ^ 1]) + row.hash[1:]
        assert faults_after(database, tables, own.values(hash=changed)) == sentence
        assert faults_after(database, tables, own.values(hash=row.hash)) == ""
        for column in ("level", "number"):
            moved = 20 + getattr(row, column)
            assert sentence in faults_after(database, tables, own.values({column: moved}))
            there = update(tables.nodes).where(nodes[column] == moved)
            assert faults_after(database, tables, there.values({column: getattr(row, column)})) == ""


def test_missing_and_surplus_inner_nodes_are_found(database, tables):
    nodes = tables.nodes
    surplus = insert(nodes).values(level=1, number=6, hash=bytes(32))
    assert faults_after(database, tables, surplus) == "There are 11 stored hashes, which is not what 13 leaves have."
    assert "over leaves 0 to 7 is missing" in faults_after(database, tables, delete(nodes).where(nodes.c.level == 3))


@pytest.mark.parametrize(
    "values",
    [
        {"size": 5},
        {"size": 14},
        {"root": bytes(32)},
        {"root": b""},
        {"at": NOW + timedelta(microseconds=1)},
        {"signature": "A" * 86},
        {"signature": ""},
    ],
)
def test_every_changed_column_of_a_checkpoint_is_found(database, tables, values):
    row = update(tables.checkpoints).where(tables.checkpoints.c.size == 6)
    found = faults_after(database, tables, row.values(values))
    assert "checkpoint" in found.lower()


def test_another_spelling_of_a_signature_is_found(database, tables):
    row = tables.checkpoints.c.size == 6
    with database.read() as conn:
        signature = conn.execute(select(tables.checkpoints.c.signature).where(row)).scalar_one()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    sibling = signature[:-1] + alphabet[alphabet.index(signature[-1]) ^ 1]
    found = faults_after(database, tables, update(tables.checkpoints).where(row).values(signature=sibling))
    assert found == "The checkpoint of size 6 is not as it was signed with the log's key."


def test_checkpoints_of_another_key_or_name_are_found(database, tables):
    with database.read() as conn:
        for origin, key in ((ORIGIN, RequestKey.generate()), ("another-hub", KEY)):
            assert "size 0 is not as it was signed" in " ".join(verify(conn, tables, origin, key.public).faults)


@pytest.mark.parametrize("values", [{"size": 12}, {"size": 14}, {"size": -1}, {"name": "other"}])
def test_a_changed_state_is_found(database, tables, values):
    found = faults_after(database, tables, update(tables.state).values(values))
    assert found == "The state counts another number of leaves than the 13 up to the last one."


def test_a_missing_or_second_state_is_found(database, tables):
    second = insert(tables.state).values(name="other", size=13)
    assert "2 rows of state" in faults_after(database, tables, second)
    assert "0 rows of state" in faults_after(database, tables, delete(tables.state))


def cut(tables, size):
    """Take the leaves from `size` on away, as if they had never been."""
    leaves, nodes, state, stored = tables.leaves, tables.nodes, tables.state, tables.checkpoints
    beyond = [
        delete(nodes).where(nodes.c.level == level, nodes.c.number >= size >> level)
        for level in range(1, SIZE.bit_length())
    ]
    return [
        delete(leaves).where(leaves.c.number >= size),
        *beyond,
        update(state).values(size=size),
        delete(stored).where(stored.c.size > size),
    ]


def run(database, statements):
    with database.write() as conn:
        for statement in statements:
            conn.execute(statement)


def test_a_deleted_last_leaf_is_found_by_the_state(database, tables):
    last = delete(tables.leaves).where(tables.leaves.c.number == SIZE - 1)
    assert "counts another number" in faults_after(database, tables, last)


def test_a_deleted_last_leaf_is_found_by_a_checkpoint(database, tables):
    *steps, _checkpoint = cut(tables, SIZE - 1)
    run(database, steps)
    assert verified(database, tables).faults == ("A checkpoint covers 13 leaves, and only 12 are there.",)


def test_a_shortened_log_is_found_by_a_witness_only(database, tables):
    with database.read() as conn:
        witness = checkpoints.latest(conn, tables, ORIGIN)
    run(database, cut(tables, SIZE - 1))
    assert verified(database, tables).sound
    found = verified(database, tables, [witness]).faults
    assert found == ("A witnessed checkpoint covers 13 leaves, and only 12 are there.",)


def test_a_log_rewritten_with_the_key_is_found_by_a_witness_only(database, tables):
    with database.read() as conn:
        witness = checkpoints.latest(conn, tables, ORIGIN)
    run(database, [*cut(tables, 6), delete(tables.checkpoints).where(tables.checkpoints.c.size > 0)])
    grow(database, tables, 7, 50)
    assert verified(database, tables).sound
    found = verified(database, tables, [witness]).faults
    assert found == ("The witnessed checkpoint of size 13 has another root than the leaves: the log was rewritten.",)


def test_a_witness_that_the_log_never_signed_is_told(database, tables):
    head = bytes(32)
    strangers = [
        sign_checkpoint(ORIGIN, 6, head, NOW, RequestKey.generate()),
        sign_checkpoint("another-hub", 6, head, NOW, KEY),
        sign_checkpoint(ORIGIN, 6, head, NOW, KEY).model_copy(update={"root": hash_text(bytes(31) + b"\1")}),
    ]
    for stranger in strangers:
        assert "not one that was signed" in " ".join(verified(database, tables, [stranger]).faults)


def test_entries_that_are_added_meanwhile_do_not_disturb(database, tables):
    later = []

    def add(done, total):
        if database.dialect == "postgresql" and not later:
            later.append(grow(database, tables, 40, 50))

    with database.read() as conn:
        assert verify(conn, tables, ORIGIN, KEY.public, progress=add).sound
    assert verified(database, tables, later).sound


def test_a_content_that_is_no_entry_is_found_though_every_hash_fits(database):
    tables = new_log(database)
    with database.write() as conn:
        conn.execute(insert(tables.leaves).values(number=0, at=NOW, content="[]", hash=leaf_hash(b"[]")))
        conn.execute(insert(tables.state).values(name=log.STATE, size=1))
    assert verified(database, tables).faults == ("The content of leaf 0 is not in the form of an audit entry.",)


def test_a_table_that_cannot_be_read_is_a_finding_and_no_crash(database, tables):
    with database.write() as conn:
        conn.execute(text("ALTER TABLE audit_leaves RENAME COLUMN hash TO hush"))
    assert "Leaf 0 is missing or cannot be read." in verified(database, tables).faults
