"""How the text of each setting is read, and what is wrong with one that cannot be taken.

Rules: a reader takes the setting's name and its text, and gives the value or raises BadSetting with what to write.
It looks at one setting alone; which go together, and which are too weak for a public site, is decided in settings.py.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "UNSILENCED_"


class BadSetting(Exception):
    """A setting that cannot be taken: its name, what is wrong, and what to do."""

    def __init__(self, name: str, reason: str, hint: str) -> None:
        super().__init__(name, reason, hint)
        self.name, self.reason, self.hint = name, reason, hint

    def __str__(self) -> str:
        return f"{self.name} {self.reason}: {self.hint}."


def variable(name: str) -> str:
    """The environment variable of a field."""
    return PREFIX + name.upper()


def _path(_: str, text: str) -> Path:
    return Path(text).expanduser()


def _text(_: str, text: str) -> str:
    return text


def _database(name: str, text: str) -> str:
    if not re.match(r"(sqlite:///|postgres(ql)?(\+psycopg)?://)", text):
        hint = "write postgresql://user:password@host/database or sqlite:////path/to/file"
        raise BadSetting(variable(name), "is no database this program knows", hint)
    return text


def _origin(name: str, text: str) -> str:
    """An http(s) address without path: what a snippet can begin its addresses with."""
    parts = urlsplit(text)
    plain = parts.path in {"", "/"} and not parts.query and not parts.fragment and not parts.username
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        raise BadSetting(variable(name), f"is {text!r}", "write an address without a path, such as https://example.org")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _origins(name: str, text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_origin(name, each) for each in re.split(r"[,\s]+", text) if each))


def _port(name: str, text: str) -> int:
    return _whole(name, text, 1, 65535)


def _few(name: str, text: str) -> int:
    return _whole(name, text, 1, 64)


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= most:
        raise BadSetting(variable(name), f"is {text!r}", f"write a number from {least} to {most}")
    return int(text)


def _desk_host(name: str, text: str) -> str:
    if text.lower() in {"off", "no", "none"}:
        return "off"
    host, _, port = text.rpartition(":")
    if not host:
        raise BadSetting(variable(name), f"is {text!r}", "write host:port, such as 127.0.0.1:8001, or off")
    _whole(name, port, 1, 65535)
    return text


def _desk_url(name: str, text: str) -> str:
    """The origin; the path is always /desk."""
    return _origin(name, text.rstrip("/").removesuffix("/desk")) + "/desk"


def _yes_or_no(name: str, text: str) -> bool:
    answers = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}
    if text.lower() not in answers:
        raise BadSetting(variable(name), f"is {text!r}", "write yes or no")
    return answers[text.lower()]


def _required_or_optional(name: str, text: str) -> str:
    if text.lower() not in {"required", "optional"}:
        raise BadSetting(variable(name), f"is {text!r}", "write required or optional")
    return text.lower()


def _mail_server(name: str, text: str) -> str:
    """An SMTP address; smtp:// is encrypted by STARTTLS unless it stays on this machine (mailing.py)."""
    parts = urlsplit(text)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path not in {"", "/"}:
        hint = "write smtps://user:password@mail.example.org or smtp://…, with :port where it is not the usual one"
        raise BadSetting(variable(name), "is no mail server", hint)
    return text


def _mail_from(name: str, text: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+", text):
        raise BadSetting(variable(name), f"is {text!r}", "write an e-mail address, such as desk@example.org")
    return text


def _contact(name: str, text: str) -> str:
    is_page = urlsplit(text).scheme == "https" and urlsplit(text).hostname and text.isprintable() and " " not in text
    if not is_page and not re.fullmatch(r"[^@\s<>,;\"?&]+@[^@\s<>,;\"?&]+", text):
        hint = "write an e-mail address, such as desk@example.org, or an https page"
        raise BadSetting(variable(name), f"is {text!r}", hint)
    return text


def _hub(name: str, text: str) -> str:
    if text.lower() in {"off", "no", "none"}:
        return "off"
    if urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).hostname:
        raise BadSetting(variable(name), f"is {text!r}", "write the hub's address, or off")
    return text


READERS: dict[str, Callable[[str, str], Any]] = {
    "data": _path,
    "database_url": _database,
    "public_url": _origin,
    "mirrors": _origins,
    "host": _text,
    "port": _port,
    "workers": _few,
    "threads": _few,
    "desk_host": _desk_host,
    "desk_url": _desk_url,
    "desk_secret": _text,
    "sites_secret": _text,
    "starter": _yes_or_no,
    "second_factor": _required_or_optional,
    "mail_server": _mail_server,
    "mail_from": _mail_from,
    "submissions": _yes_or_no,
    "contact": _contact,
    "hub": _hub,
    "two_person": _yes_or_no,
}
