"""Everything an operator can choose, read once from the environment into one frozen value.

Every setting is an environment variable `UNSILENCED_<FIELD>`; secrets may come from a file named by
`UNSILENCED_<FIELD>_FILE` instead. Each has a default that works on a laptop. A wrong value stops the program
with the setting's name, what is wrong and what to write; so does a name that is no setting, because a misspelt
setting that is silently ignored is worse than a stop. A production run (public address on https) refuses weak secrets.

It opens no file but those named by `_FILE`, and it makes no directory.
"""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from widget_server.setting_texts import PREFIX, READERS, BadSetting, variable

__all__ = ["LOOPBACK", "SECRETS", "BadSetting", "DeskPlace", "Settings", "variable"]

SECRETS = frozenset({"database_url", "desk_secret", "mail_server", "sites_secret"})  # those that may also come by _FILE
SHORTEST_SECRET = 32  # characters: 128 bits when written in hex
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class DeskPlace(StrEnum):
    """Where the desk answers."""

    MOUNTED = "at /desk of the public address"
    APART = "on a host and port of its own"
    OFF = "nowhere"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator chose; each field is the environment variable of the same name with UNSILENCED_ before it."""

    data: Path = Path("instance")  # directory of all that must be kept: database, keys, printed editions
    database_url: str = field(default="", repr=False)  # SQLite in the data directory unless postgresql://user@host/name
    public_url: str = ""  # address that readers and bloggers use; no path; http://127.0.0.1:<port> unless set
    mirrors: tuple[str, ...] = ()  # addresses of copies, separated by spaces or commas, best first
    host: str = "127.0.0.1"  # interface to listen on; 0.0.0.0 for all of them
    port: int = 8000  # TCP port to listen on
    workers: int = min(2, os.cpu_count() or 1)  # processes; each shares the printed edition's memory with the others
    threads: int = 4  # of each worker: pages that wait for something leave room for others
    desk_host: str = ""  # empty: the desk is at /desk; host:port: listens there only; off: no desk at all
    desk_url: str = ""  # address that editors use; follows from the above unless a proxy stands before a desk apart
    desk_secret: str = field(
        default="", repr=False
    )  # signs desk cookies; made and kept in the data directory unless set
    sites_secret: str = field(
        default="", repr=False
    )  # proof tokens of site owners follow from it; made and kept in the data directory unless set
    starter: bool = True  # an empty archive begins with the collection shipped with the project
    second_factor: str = "optional"  # required: whoever has none is led to set one up, and can do nothing else
    mail_server: str = field(default="", repr=False)  # smtps://user:password@host or smtp://…: password resets by mail
    mail_from: str = ""  # the address that such mail comes from
    submissions: bool = False  # on: the public may hand in texts at /submit, which wait in quarantine
    contact: str = ""  # where people write to the publisher: an e-mail address or an https page; on /about and /privacy
    hub: str = ""  # empty: our own WebSub hub at /hub; an address: that hub instead; off: no hub at all
    two_person: bool = True  # nobody publishes alone; no is shown at the desk and kept in the audit record

    def __post_init__(self) -> None:
        if not self.public_url:
            object.__setattr__(self, "public_url", _own_address(self.host, self.port))
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data.absolute() / 'archive.sqlite3'}")
        if not self.desk_url:
            object.__setattr__(self, "desk_url", _desk_address(self))
        if bool(self.mail_server) != bool(self.mail_from):
            hint = "set UNSILENCED_MAIL_SERVER and UNSILENCED_MAIL_FROM, or neither"
            raise BadSetting("UNSILENCED_MAIL_FROM", "and UNSILENCED_MAIL_SERVER belong together", hint)
        if self.desk_place is DeskPlace.APART:
            _refuse_one_place_for_two(self)
        _refuse_weak(self)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Read `environ`; raises BadSetting for the first value that cannot be taken."""
        _refuse_unknown(environ)
        given = {each.name: _given(each.name, environ) for each in fields(cls)}
        return cls(**{name: READERS[name](name, text) for name, text in given.items() if text})

    def listening_at(self, host: str | None = None, port: int | None = None) -> "Settings":
        """The same with another interface or port; addresses that were only the default follow them."""
        moved: dict[str, Any] = {"host": host or self.host, "port": port or self.port}
        if self.has_default_address:
            moved["public_url"] = ""
        if self.desk_url == _desk_address(self):
            moved["desk_url"] = ""
        return replace(self, **moved)

    def published_at(self, public_url: str) -> "Settings":
        """The same with another public address; a desk address that only followed the old one follows it."""
        desk_url = "" if self.desk_url == _desk_address(self) else self.desk_url
        return replace(self, public_url=public_url, desk_url=desk_url)

    @property
    def has_default_address(self) -> bool:
        """Whether nobody has named a public address, so that it follows host and port."""
        return self.public_url == _own_address(self.host, self.port)

    @property
    def name(self) -> str:
        """The publisher's name in signed statements: the host name of the public address."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def contact_url(self) -> str:
        """The same as an address that a link can lead to."""
        return f"mailto:{self.contact}" if "@" in self.contact and "://" not in self.contact else self.contact

    @property
    def is_production(self) -> bool:
        """Whether strangers are expected: the public address is on https."""
        return self.public_url.startswith("https://")

    @property
    def second_factor_required(self) -> bool:
        """Whether everybody at the desk needs a second factor."""
        return self.second_factor == "required"

    @property
    def sends_mail(self) -> bool:
        """Whether somebody who forgot a password can be sent a link."""
        return bool(self.mail_server)

    @property
    def has_own_hub(self) -> bool:
        """Whether /hub answers."""
        return not self.hub

    @property
    def hub_url(self) -> str:
        """The hub that feeds name; empty where there is none."""
        return {"": f"{self.public_url}/hub", "off": ""}.get(self.hub, self.hub)

    @property
    def is_on_loopback(self) -> bool:
        """Whether the site is for this machine only, so that it may call back to it too."""
        return self.name in LOOPBACK

    @property
    def hub_dir(self) -> Path:
        """Where requests to the hub wait."""
        return self.data / "hub"

    @property
    def shelf_dir(self) -> Path:
        """Where printed editions stand."""
        return self.data / "shelf"

    @property
    def spool_dir(self) -> Path:
        """Where displays wait to be counted."""
        return self.data / "spool"

    @property
    def submissions_dir(self) -> Path:
        """Where what the public hands in waits for the caretaker."""
        return self.data / "submissions"

    @property
    def keys_dir(self) -> Path:
        """Where the signing keys are kept (0700, its files 0600)."""
        return self.data / "keys"

    @property
    def desk_place(self) -> DeskPlace:
        """Whether the desk is mounted, apart or off."""
        return {"": DeskPlace.MOUNTED, "off": DeskPlace.OFF}.get(self.desk_host, DeskPlace.APART)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that the site listens at."""
        return _numbered(self.host), self.port

    @property
    def desk_address(self) -> tuple[str, int]:
        """Host and port of a desk that stands apart."""
        host, _, port = self.desk_host.rpartition(":")
        return _numbered(host.strip("[]")), int(port)


def _numbered(host: str) -> str:
    """Granian listens at IP addresses only (2.8); links keep the name, because passkeys work on it."""
    return "127.0.0.1" if host.lower() == "localhost" else host


def _own_address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - compared, not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _refuse_one_place_for_two(settings: Settings) -> None:
    """Both could listen there (SO_REUSEPORT), and each request would reach either."""
    (site, site_port), (desk, desk_port) = settings.address, settings.desk_address
    is_everywhere = {desk, site} & {"0.0.0.0", "::", "[::]"}  # noqa: S104 - compared, not listened at
    if desk_port == site_port and (desk == site or is_everywhere):
        hint = "choose another port, or leave it empty for /desk of the site"
        raise BadSetting("UNSILENCED_DESK_HOST", "is where the site itself listens", hint)


def _desk_address(settings: Settings) -> str:
    places = {
        DeskPlace.MOUNTED: f"{settings.public_url}/desk",
        DeskPlace.APART: f"http://{settings.desk_host}/desk",
        DeskPlace.OFF: "",
    }
    return places[settings.desk_place]


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = [variable(each.name) for each in fields(Settings)]
    known += [variable(name) + "_FILE" for name in sorted(SECRETS)]
    for name in environ:
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}" if near else "take it out; docs/operators.md lists the settings"
            raise BadSetting(name, "is not a setting", hint)


def _given(name: str, environ: Mapping[str, str]) -> str:
    """The text of a setting, from its variable or, for a secret, from the file that `_FILE` names."""
    plain, by_file = variable(name), variable(name) + "_FILE"
    if name not in SECRETS or not environ.get(by_file):
        return environ.get(plain, "").strip()
    if environ.get(plain):
        raise BadSetting(by_file, f"is set, and {plain} too", "keep only one of them")
    try:
        return Path(environ[by_file]).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise BadSetting(by_file, f"cannot be read ({fault})", "name a text file this user may read") from fault


def _refuse_weak(settings: Settings) -> None:
    """What a laptop may do and a public site may not."""
    if not settings.is_production:
        return
    if settings.name in LOOPBACK:
        raise BadSetting("UNSILENCED_PUBLIC_URL", "is https on this machine only", "write the name that readers use")
    for name, secret in (("desk_secret", settings.desk_secret), ("sites_secret", settings.sites_secret)):
        if secret and (len(secret) < SHORTEST_SECRET or len(set(secret)) < 8):
            hint = "use the output of `openssl rand -hex 32`, or leave it out and one is made in the data directory"
            raise BadSetting(variable(name), "is too easy to guess", hint)
    desk = urlsplit(settings.desk_url)
    if desk.scheme == "http" and desk.hostname not in LOOPBACK:
        hint = "set UNSILENCED_DESK_URL to its https address, or let it listen on 127.0.0.1 only"
        raise BadSetting("UNSILENCED_DESK_HOST", "would send passwords unencrypted", hint)
    password = urlsplit(settings.database_url).password
    if password in {"postgres", "password", "changeme", "secret", "unsilenced", "admin"}:
        raise BadSetting("UNSILENCED_DATABASE_URL", "has a password that everybody tries first", "choose a random one")
