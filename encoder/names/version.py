"""The version of names, places, dates and tokens that profiles refer to; any change of a form or a token moves it."""

from hashlib import sha256
from importlib import resources

NORMALISER = "names-2026-11-22"

DIGEST_OF_TABLES = "116f6a1d9f98a1790a06d6f67e8c8387e51df280ef53afac67798ba96ebe8e31"
"""`digest_of_tables` of this version. Whoever changes a table gives the normaliser a new name first (and with it every
profile), then writes the new digest here."""

FOLDERS = (("encoder.names", "tables"), ("encoder.gazetteer", "data"))
_ENDINGS = (".tsv", ".npz", ".gz")


def digest_of_tables() -> str:
    """SHA-256 over the names and contents of all files that decide which tokens a text gives, in hexadecimal."""
    digest = sha256()
    for package, folder in FOLDERS:
        files = resources.files(package).joinpath(folder).iterdir()
        for file in sorted((file for file in files if file.name.endswith(_ENDINGS)), key=lambda file: file.name):
            digest.update(f"{package}/{file.name}\0".encode() + sha256(file.read_bytes()).digest())
    return digest.hexdigest()
