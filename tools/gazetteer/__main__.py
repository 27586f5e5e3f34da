"""Build the gazetteer: `python -m tools.gazetteer SOURCE_FOLDER OUTPUT`.

SOURCE_FOLDER holds the files that encoder/gazetteer/data/SOURCES.md names; the tables written by hand stand beside this
script. The same inputs give the same bytes. OUTPUT is a gzip'd table: a line with name and version of the format, then
code, code above, Latin names, native names, districts it was cut out of, districts beside it. Where a row shares the
code above with the row before it, that cell is empty.
"""

import gzip
import io
import sys
from pathlib import Path

from encoder.gazetteer.load import FORMAT
from tools.gazetteer.districts import centres, former, join
from tools.gazetteer.india import assamese, indian
from tools.gazetteer.neighbours import COUNTRIES, bangladeshi, nepali, towns
from tools.gazetteer.place import Place
from tools.gazetteer.tables import by_hand


def gather(folder: Path) -> dict[str, Place]:
    """All places by code, in the order of the file: what is above a place comes before it."""
    countries = [Place(code, "") for code in COUNTRIES]
    listed = [*countries, *indian(folder), *bangladeshi(folder), *nepali(folder), *former()]
    places = {place.code: place for place in listed}
    if len(places) != len(listed):
        raise ValueError("two places have one code; mend the sources or the tables written by hand")
    for row in by_hand("names"):
        names = row["names"].split("|")
        official, places[row["code"]].latin = places[row["code"]].latin, []
        places[row["code"]].add([*names, *official])
    places |= {place.code: place for place in assamese(folder, listed)}
    places |= {place.code: place for place in towns(folder, list(places.values()))}
    join(places, centres(folder))
    return places


def written(places: dict[str, Place]) -> bytes:
    """The file's bytes."""
    lines, above = [FORMAT], ""
    for place in _below_each_other(places):
        parent = "" if place.parent == above else place.parent
        above = place.parent
        lists = ("|".join(place.latin), "|".join(place.native), ",".join(place.former), ",".join(place.near))
        lines.append("\t".join((place.code, parent, *lists)).rstrip("\t"))
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0, filename="") as out:
        out.write(("\n".join(lines) + "\n").encode())
    return packed.getvalue()


def _below_each_other(places: dict[str, Place]) -> list[Place]:
    """Countries, then states, districts and so on, each with its siblings."""
    depth = {"": 0}
    for code, place in places.items():
        depth[code] = depth[place.parent] + 1
    number = {code: n for n, code in enumerate(places)}
    return sorted(places.values(), key=lambda p: (depth[p.code], number.get(p.parent, -1), number[p.code]))


if __name__ == "__main__":
    built = gather(Path(sys.argv[1]))
    Path(sys.argv[2]).write_bytes(written(built))
    print(f"{len(built)} places")
