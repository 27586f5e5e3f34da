"""Settings of a gateway: [holder] in a TOML file, or MILAP_HOLDER_… in the environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.service.settings import load_settings
from matcher.profile import NETWORK_2026_11_22

SECTION = "holder"
CONFIG_VARIABLE = "MILAP_HOLDER_CONFIG"
_MIB = 2**20


class HolderSettings(BaseModel):
    """What an operator may choose. What opens the gateway's own keys is never a setting."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path = Path("milap-holder")
    """Folder of everything the gateway keeps: database (unless by URL), vault key, request key."""
    database: str = ""
    """sqlite:///file or postgresql://user:password@host/name; empty for holder.db in the data folder."""
    host: str = "127.0.0.1"
    port: int = Field(8480, ge=0, le=65535)
    """0 takes a free port."""
    max_body_bytes: int = Field(_MIB, ge=1024)
    max_import_bytes: int = Field(64 * _MIB, ge=1024)
    metrics_token: SecretStr | None = None
    linkage_key: Path | None = None
    """The key file that the key steward handed out; without it nothing can be sent."""
    linkage_key_passphrase: SecretStr | None = None
    """What opens it, when that is not what opens the gateway's own keys; best given in the environment."""
    next_linkage_key: Path | None = None
    """The file of the next epoch's key, while the epochs overlap: every record is then sent under both keys."""
    next_linkage_key_passphrase: SecretStr | None = None
    """What opens it, as for linkage_key."""
    profile: str = NETWORK_2026_11_22.name
    photo_embedder: Literal["dlib", "opencv"] = "dlib"
    """Who reads photos, when the profile has the view `photo`; opencv needs the two files below."""
    photo_detector: Path | None = None
    """ONNX file of YuNet, for opencv."""
    photo_recogniser: Path | None = None
    """ONNX file of SFace, for opencv."""
    photo_space: Path | None = None
    """The face space that all holders of the linkage domain use; none for the uncentred one of the embedder."""
    max_photo_bytes: int = Field(20_000_000, ge=1024, le=20_000_000)
    """Of one photo."""
    most_photos: int = Field(10, ge=1, le=50)
    """Of one record."""
    masked_cap: int = Field(20_000, ge=1)
    """How often one version of a record may be compared under masks in one epoch; then it is refused."""
    hub_url: str | None = None
    poll_seconds: float = Field(5.0, gt=0, le=3600)
    errand_seconds: float = Field(20.0, gt=0, le=3600)
    """How often decisions, releases, messages and the like are settled without a knock."""
    callback_url: str | None = None
    """Where the hub may knock."""
    smtp_host: str | None = None
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_from: str | None = None
    smtp_starttls: bool = True
    notify_email: list[str] = []
    notify_webhook: str | None = None
    escalation_email: list[str] = []
    """Who is told, in the same empty words, of candidates that nobody looked at in time."""
    contact_desk: str = ""
    """What a partner is sent after a release: whom to call, as one line. No child is named in it."""
    witness_minutes: float = Field(60.0, gt=0)
    """How often the hub's audit log is looked at."""
    session_hours: float = Field(12.0, gt=0, le=24 * 31)

    @property
    def database_url(self) -> str:
        """Where the database is."""
        return self.database or f"sqlite:///{self.data / 'holder.db'}"

    @property
    def vault_key(self) -> Path:
        """The file of the vault key."""
        return self.data / "vault.key"

    @property
    def message_key(self) -> Path:
        """The file of the message key."""
        return self.data / "message.key"

    @property
    def masking_key(self) -> Path:
        """The file of the masking key."""
        return self.data / "masking.key"

    @property
    def request_key(self) -> Path:
        """The file of the request key."""
        return self.data / "request.key"


def load_holder_settings(file: Path | None, environ: Mapping[str, str]) -> HolderSettings:
    """The settings of a file, or of the one that MILAP_HOLDER_CONFIG names, under those of the environment.

    Raises:
        InputError: names the file or variable, the key and what it needs.
    """
    named = environ.get(CONFIG_VARIABLE)
    rest = {name: value for name, value in environ.items() if name != CONFIG_VARIABLE}
    return load_settings(HolderSettings, SECTION, file or (Path(named) if named else None), rest)
