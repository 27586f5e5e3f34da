"""The pages docs/profiles/*.md, and the figures in docs/threat-model.md.

    python -m tools.profile_pages            compare; status 1 when a page is not of these results
    python -m tools.profile_pages --write    write them

Run from the root of the repository.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from matcher.profile import PROFILES
from tools.profile_pages.page import COMMAND, page_of
from tools.profile_pages.results import ROOT, Results, read_results
from tools.profile_pages.threat import with_figures

PAGES = ROOT / "docs" / "profiles"
THREAT_MODEL = ROOT / "docs" / "threat-model.md"


def pages(results: Results) -> Mapping[Path, str]:
    """Every page as it has to stand."""
    made = {PAGES / f"{name}.md": page_of(profile, results) for name, profile in PROFILES.items()}
    return {**made, THREAT_MODEL: with_figures(THREAT_MODEL.read_text(encoding="utf-8"), results)}


def main(arguments: list[str] | None = None) -> int:
    """Compare or write; 1 when one differs."""
    parser = argparse.ArgumentParser(description="Compare the profiles' pages with the results of the red team.")
    parser.add_argument("--write", action="store_true", help="write the pages")
    wanted = pages(read_results())
    if parser.parse_args(arguments).write:
        PAGES.mkdir(parents=True, exist_ok=True)
        for page, text in wanted.items():
            page.write_text(text, encoding="utf-8")
        return 0
    different = [p.name for p, text in wanted.items() if not p.is_file() or p.read_text(encoding="utf-8") != text]
    if different:
        print(f"{', '.join(different)}: not what the results say; write them with: {COMMAND}", file=sys.stderr)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
