"""What is true of a pair of records of one child, for reports that tell recall apart by group."""

from encoder.synthetic.ages import exact_age
from encoder.synthetic.cases import Case
from encoder.synthetic.findings import Finding
from encoder.synthetic.forms import SCRIPT_COLUMNS
from encoder.synthetic.found_names import OWN
from encoder.synthetic.people import Child
from encoder.synthetic.written import WrittenRecord

SLIPS = (
    "respelled", "typo", "dropped_token", "reordered", "initial_spelled",
    "age_forged", "medical_age", "loose_age", "invented_january", "sex_wrong", "false_nationality",
)  # fmt: skip
FACT_COLUMNS: tuple[str, ...] = (
    "missing_id", "found_id", "sex", "age_band", "script_pair", "country", "cross_border", "moved_state", "disability",
    "name_type", "lag_band", "duplicate_report", "transferred", *SLIPS,
)  # fmt: skip
SEXES = {"f": "female", "m": "male"}
AGE_BANDS = ((6, "0-5"), (12, "6-11"), (15, "12-14"))
OLDEST_BAND = "15-17"
LAG_BANDS = ((31, "a month"), (366, "a year"))
LONGEST_LAG = "longer"
NO_DISABILITY, SPEECH = "none", "speech"


def pair_facts(case: Case, report: WrittenRecord, finding: Finding, record: WrittenRecord) -> dict[str, str]:
    """Return one line of `facts.csv`: the child as it is, and how its two records differ; flags are yes or no."""
    child, home = case.child, case.child.family.home.region
    slips = report.slips | record.slips
    return {
        "missing_id": report.row["record_id"],
        "found_id": record.row["record_id"],
        "sex": SEXES[child.sex],
        "age_band": _band(AGE_BANDS, exact_age(child, case.day), OLDEST_BAND),
        "script_pair": f"{SCRIPT_COLUMNS[report.script]}-{SCRIPT_COLUMNS[record.script]}",
        "country": home.country.key,
        "cross_border": _flag(finding.region.country is not home.country),
        "moved_state": _flag(finding.region is not home),
        "disability": _disability(child),
        "name_type": _name_type(record),
        "lag_band": _band(LAG_BANDS, (finding.day - case.day).days, LONGEST_LAG),
        "duplicate_report": _flag(case.again),
        "transferred": _flag(finding.again),
        **{slip: _flag(slip in slips) for slip in SLIPS},
    }


def _flag(value: bool) -> str:
    return "yes" if value else "no"


def _band(bands: tuple[tuple[int, str], ...], value: float, beyond: str) -> str:
    return next((name for below, name in bands if value < below), beyond)


def _disability(child: Child) -> str:
    return child.disability or (NO_DISABILITY if child.speaks else SPEECH)


def _name_type(record: WrittenRecord) -> str:
    """Tell a name that lost a word, or whose initial was written in full, from one that is whole."""
    if record.name_type != OWN:
        return record.name_type
    if "dropped_token" in record.slips:
        return "dropped token"
    return "initials" if "initial_spelled" in record.slips else OWN
