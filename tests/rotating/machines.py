"""Machines with keys, a server with the now key alone, and a stick between them; nothing is faked but the journey."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

from fragments.keys import Keyring
from fragments.nouns import State
from fragments.review import OPERATOR
from tests.conftest import make_fragment, make_source
from widget_server.cli import main
from widget_server.mirroring.checking import check
from widget_server.mirroring.verdicts import Keys
from widget_server.opening import opened
from widget_server.settings import Settings
from widget_server.shelf import Printing, Shelf

NAME = "fragments.example"


@contextmanager
def cut_short(monkeypatch: pytest.MonkeyPatch, cut: int) -> Iterator[None]:
    """What is done inside is interrupted at its step `cut`: a file that is synced, or one that is put in place."""
    steps = count(1)

    def counted(real):
        def step(*arguments, **named):
            if next(steps) == cut:
                raise KeyboardInterrupt
            return real(*arguments, **named)

        return step

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(os, "fsync", counted(os.fsync))
        patched.setattr(Path, "replace", counted(Path.replace))
        yield


class Pair:
    """A laptop with the keys, a server without, and a stick between them."""

    def __init__(self, directory: Path) -> None:
        self.laptop, self.server, self.stick = (directory / name for name in ("laptop", "server", "stick"))
        self.stick.mkdir()
        self.server.mkdir(mode=0o700)
        self.on(self.laptop, "keys", "make", NAME)
        self.hand_over()

    def on(self, machine: Path, *words: object, code: int = 0, typed: str = "") -> str:
        """A command on one of the two machines; what it says."""
        environ = {
            "UNSILENCED_DATA": str(machine),
            "UNSILENCED_PUBLIC_URL": f"https://{NAME}",
            "UNSILENCED_STARTER": "no",
        }
        done = CliRunner().invoke(main, [*map(str, words)], env=environ, input=typed)
        assert done.exit_code == code, done.output
        return done.output

    def hand_over(self, by: Path | None = None) -> None:
        new = self.stick / "new-keys"
        self.on(by or self.laptop, "keys", "hand-over", new)
        if self.settings.keys_dir.exists():
            self.settings.keys_dir.rename(self.server / f"old-{len(list(self.server.iterdir()))}")
        new.rename(self.settings.keys_dir)

    def save(self, *names: str) -> None:
        with opened(self.settings) as house, house.archive.writing(OPERATOR) as desk:
            for name in names:
                desk.save_fragment(make_fragment(name, source=make_source("s")), state=State.IN_REVIEW)

    def sign(self) -> str:
        self.on(self.server, "export", "--unsigned", self.stick / "sheet")
        return self.on(self.laptop, "keys", "sign", self.stick / "sheet", "--yes")

    def bring_back(self, code: int = 0) -> str:
        return self.on(self.server, "publish", "--signatures", self.stick / "sheet.signed", code=code)

    def publish(self, *names: str) -> str:
        self.save(*names)
        self.on(self.server, "publish")
        told = self.sign()
        self.bring_back()
        return told

    @property
    def settings(self) -> Settings:
        return Settings(data=self.server, public_url=f"https://{NAME}", starter=False)

    @property
    def pin(self) -> str:
        return Keyring.open(self.laptop / "keys").pin

    def shown(self) -> Printing:
        return Shelf(self.settings.shelf_dir).current()

    def is_genuine(self) -> bool:
        printing = self.shown()

        def read(path: str) -> bytes | None:
            printed = printing.get(path)
            return printed.body if printed else None

        return check(read, Keys(self.pin, datetime.now(UTC))).is_genuine


class Editors(Pair):
    """A second laptop, and a third, whose keys sign beside the first one's."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.second, self.third = directory / "second", directory / "third"

    def join(self, *machines: Path, threshold: int) -> None:
        """The whole journey: keys there, a root that names them, everybody signs, everybody goes over."""
        halves = [self.half_of(machine) for machine in machines]
        words = [word for half in halves for word in ("--with", half)]
        self.propose("rotate", *words, "--threshold", threshold)
        self.adopt_everywhere(self.laptop, *machines)

    def half_of(self, machine: Path) -> Path:
        self.on(machine, "keys", "make", NAME, "--to-join")
        self.on(machine, "keys", "public", self.stick / f"{machine.name}.pub")
        return self.stick / f"{machine.name}.pub"

    def propose(self, *words: object, by: Path | None = None) -> str:
        return self.on(by or self.laptop, "keys", *words, "--to", self.stick / "next.roots")

    def adopt_everywhere(self, *machines: Path) -> None:
        """Each signs what the first proposed; the signatures are put together on each."""
        signed = []
        for machine in machines[1:]:
            signed.append(self.stick / f"{machine.name}.roots")
            self.on(machine, "keys", "sign", self.stick / "next.roots", "--yes", "--to", signed[-1])
        for machine in machines:
            self.on(machine, "keys", "adopt", *signed, "--yes")
        self.hand_over()

    def sign_by(self, *machines: Path) -> list[Path]:
        """The waiting edition's sheet, signed by each for themselves."""
        self.on(self.server, "export", "--unsigned", self.stick / "sheet")
        signed = [self.stick / f"sheet.{machine.name}" for machine in machines]
        for machine, file in zip(machines, signed, strict=True):
            self.on(machine, "keys", "sign", self.stick / "sheet", "--yes", "--to", file)
        return signed

    def beginning_of(self, role: str, machine: Path) -> str:
        """The first letters of a machine's key, as `unsilenced keys` shows it."""
        words = (self.stick / f"{machine.name}.pub").read_text().splitlines()
        return next(line.split(" ")[2] for line in words if line.startswith(f"{role} ed25519"))[:10]
