"""What somebody may know, and what of a record is withheld: without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.holder.intake.content import Content
from api.holder.intake.entry import entered_by, entry_of
from api.holder.intake.sight import EVERYTHING, Sight, sight_of, sight_of_rights
from api.holder.intake.withholding import WITHHELD_CELLS, is_protected, with_location_kept, without_location
from api.holder.staff.roles import Role, joined, scopes_of
from api.holder.staff.sessions import Principal
from api.wire.problems import ProblemError
from tests.api.holder.desk import VAULT, child

cells = st.dictionaries(
    st.sampled_from([*WITHHELD_CELLS, "event_state", "name", "protect_location"]), st.text(min_size=1, max_size=5)
)
contents = st.builds(Content, cells, st.none() | st.text(min_size=1, max_size=5))


@given(contents)
def test_what_is_withheld_is_named_and_comes_back_with_the_next_change(content: Content) -> None:
    redacted = without_location("found", content)
    assert is_protected("found", content.cells) or redacted.content == content
    given_ = {*content.cells, *(() if content.office is None else ("office",))}
    shown = {*redacted.content.cells, *(() if redacted.content.office is None else ("office",))}
    assert given_ - shown == set(redacted.withheld)
    assert with_location_kept(content, redacted.content) == content
    assert without_location("missing", content).content == content


@pytest.mark.parametrize("text", ["no", "No", "false", "0", "नहीं"])
def test_only_a_plain_no_ends_protection(text: str) -> None:
    assert not is_protected("found", {"protect_location": text})
    assert is_protected("found", {"protect_location": f"{text} zqxw"})


def test_a_sight_is_kept_with_an_import() -> None:
    for sight in (EVERYTHING, Sight(), Sight(locations=True, office="Amdanga"), Sight(sealed=True)):
        again = sight_of_rights(joined(sight.rights), sight.office)
        assert (again.locations, again.sealed, again.office) == (sight.locations, sight.sealed, sight.office)
    assert sight_of_rights(None, None) == Sight()


def test_an_office_is_the_same_however_it_is_written() -> None:
    first, second = Sight(office="Amdanga  North"), Sight(office=" AMDANGA NORTH")
    assert first.bounds(VAULT) == second.bounds(VAULT)
    assert first.is_own("amdanga north")
    assert not first.is_own("Amdanga")
    assert Sight().is_own("Amdanga")


def test_a_principal_sees_what_its_scopes_say() -> None:
    who = Principal(1, "session:anil", scopes_of([Role.OFFICER]), 1, "Amdanga")
    assert sight_of(who) == Sight(reporters=False, locations=True, sealed=False, office="Amdanga")
    assert sight_of(Principal(1, "session:anil", scopes_of([Role.CUSTODIAN]), 1)) == EVERYTHING
    assert "Amdanga" not in repr((who, sight_of(who), sight_of(who).bounds(VAULT)))


def test_an_entry_goes_under_ones_own_office() -> None:
    entry, other = (entry_of(child(), "police", office, None) for office in (None, "Basirhat"))
    own = Sight(office="Amdanga")
    assert entered_by(entry, own, changing=False).content.office == "Amdanga"
    assert entered_by(entry, own, changing=True).keeps_office
    assert entered_by(entry, Sight(), changing=True).content.office is None
    assert entered_by(other, Sight(), changing=False).content.office == "Basirhat"
    with pytest.raises(ProblemError) as refused:
        entered_by(other, own, changing=False)
    assert refused.value.kind == "not-allowed"
    assert "Basirhat" not in str(refused.value)
