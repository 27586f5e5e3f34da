"""Fit the models that ship with the profiles: `python -m tools.default_models`.

A model is what a hub weighs by until it has fitted one to its own records (unlabelled EM, `milap hub model`), and what
EM starts from. Each is fitted to the *field* set of invented children in the way a deployment fits its own, under a
throw-away key. Invented people show what the codes do to distances; how often things go wrong with real children is
what `encoder/synthetic/rates.py` says, mostly by assumption.
"""

import argparse
import sys
from dataclasses import replace

import numpy as np

from benchmarks.common.data import encode, fitted, gallery_of, invent, new_encoder
from matcher.defaults import MODELS, default_model, model_file_of
from matcher.model import Evidence, LinkageModel
from matcher.model_file import model_to_json
from matcher.profile import MASKED_PROFILES, PROFILES, EncodingProfile
from matcher.views import Kind, View

MISSING, FOUND, SEED = 30_000, 18_300, 2611
ORIGIN = "default"
"""As hubs keep and show it: nothing of their own was fitted."""
LEAST = 1e-7
"""Lowest m and u that a file holds."""


def main() -> None:
    """Fit each set of views once, and write the models of the profiles that have it, with photos or without."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="name of one profile; those that share its fit are written too")
    only = parser.parse_args().only
    MODELS.mkdir(exist_ok=True)
    people = invent(MISSING, FOUND, SEED)
    for bare, profiles in fitted_together().items():
        if only is not None and only not in (profile.name for profile in profiles):
            continue
        print(f"{', '.join(profile.name for profile in profiles)}: encoding and fitting", file=sys.stderr)
        encoder = new_encoder(bare)
        missing, found = encode(encoder, people.missing, Kind.MISSING), encode(encoder, people.found, Kind.FOUND)
        model = fitted(missing, gallery_of(found), SEED)
        for own in profiles:
            model_file_of(own).write_text(model_to_json(_as_default(model, own)), encoding="utf-8")


def fitted_together() -> dict[EncodingProfile, list[EncodingProfile]]:
    """The shipped profiles, masked ones included, by what is fitted for them: evidence of photos never is."""
    together: dict[EncodingProfile, list[EncodingProfile]] = {}
    for profile in (PROFILES | MASKED_PROFILES).values():
        views = tuple(parameters for parameters in profile.views if parameters.view is not View.PHOTO)
        # Under another name, so that EM starts from the judgement and not from the file that this run replaces.
        bare = replace(profile, name="unfitted", views=views, refined_by=None)
        together.setdefault(bare, []).append(profile)
    return together


def _as_default(model: LinkageModel, profile: EncodingProfile) -> LinkageModel:
    """The model for a profile of the same views, or of these and photos, whose evidence is never fitted."""
    start = default_model(replace(profile, name="unfitted"))
    views = (*model.views, *start.views[len(model.views) :])
    return replace(
        model, profile=profile, views=tuple(map(_possible, views)), birth=_possible(model.birth),
        sex=_possible(model.sex), lag=_possible(model.lag), origin=ORIGIN,
    )  # fmt: skip


def _possible(evidence: Evidence) -> Evidence:
    """The same with nothing impossible: a file keeps eight digits, and EM divides by what it starts from."""
    return replace(evidence, m=np.maximum(evidence.m, LEAST), u=np.maximum(evidence.u, LEAST))


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
