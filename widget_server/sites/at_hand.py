"""What the views of site owners have at hand: the archive, opened when first needed, and whatever costs something."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import cast

from flask import current_app

from fragments.store.archive import Archive
from fragments.store.registrations import Registrations, Visits
from widget_server.settings import Settings
from widget_server.sites import secrecy
from widget_server.sites.limits import Tries
from widget_server.sites.proving import Prover

KEY = "owners"
CLAIMS = (30, 600.0)  # a start costs us nothing; more in ten minutes is a program
PROOFS = (10, 600.0)  # each holds a thread for up to five seconds and asks a stranger's server


@dataclass
class Office:
    """What the app was made with."""

    settings: Settings
    prover: Prover
    today: Callable[[], date]
    open_archive: Callable[[], Archive]
    claims: Tries = field(default_factory=lambda: Tries(*CLAIMS))
    proofs: Tries = field(default_factory=lambda: Tries(*PROOFS))
    proofs_of_a_site: Tries = field(default_factory=lambda: Tries(*PROOFS))
    at_work: threading.Lock = field(default_factory=threading.Lock)  # one proof at a time keeps three threads free
    _archive: Archive | None = None

    @cached_property
    def key(self) -> str:
        """The secret that proof tokens follow from; made when first needed."""
        return secrecy.key(self.settings)

    def archive(self) -> Archive:
        """The archive; raises what opening it raises, and tries again at the next request."""
        if self._archive is None:
            self._archive = self.open_archive()
        return self._archive


def office() -> Office:
    """What this app was made with."""
    return cast(Office, current_app.extensions[KEY])


def registrations() -> Registrations:
    """Who owns which site."""
    return Registrations(office().archive().engine)


def visits() -> Visits:
    """What was seen on sites."""
    return Visits(office().archive().engine)


def own_hosts() -> frozenset[str]:
    """Our own host names."""
    return frozenset({office().settings.name})
