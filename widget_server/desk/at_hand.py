"""What the desk's views have at hand: the archive and its other rooms, from the app that answers."""

from datetime import datetime
from typing import cast

from flask import abort, current_app, g

from fragments.errors import UnknownFragment
from fragments.store.archive import Archive
from fragments.store.changes import Editions
from fragments.store.drafts import Drafts
from fragments.store.people import Person
from fragments.store.reading import Held
from fragments.store.republishers import Republishers
from fragments.store.searching import Finding
from fragments.store.staff import Staff
from widget_server.desk.rights import Right, right_of
from widget_server.settings import Settings
from widget_server.shelf import Shelf


def archive() -> Archive:
    """The archive."""
    return cast(Archive, current_app.extensions["archive"])


def settings() -> Settings:
    """The operator's choices."""
    return cast(Settings, current_app.extensions["settings"])


def shelf() -> Shelf:
    """The printed editions."""
    return cast(Shelf, current_app.extensions["shelf"])


def finding() -> Finding:
    """Searches."""
    return Finding(archive().engine)


def editions() -> Editions:
    """Editions as differences."""
    return Editions(archive().engine)


def drafts() -> Drafts:
    """What people have typed and not saved."""
    return Drafts(archive().engine)


def republishers() -> Republishers:
    """What was counted."""
    return Republishers(archive().engine)


def staff() -> Staff:
    """Accounts as administrators and their owners change them."""
    return Staff(archive().engine)


def now() -> datetime:
    """The desk's clock."""
    return cast(datetime, current_app.extensions["now"]())


def person() -> Person:
    """Who asks; views without a sign-in must not call it."""
    return cast(Person, g.person)


def is_editor() -> bool:
    """Whether whoever asks may review."""
    return right_of(person()) >= Right.REVIEW


def seen_by() -> str:
    """The name that limits what a contributor sees; empty for editors."""
    return "" if is_editor() else person().name


def held(fragment_id: str) -> Held:
    """A fragment that whoever asks may see; 404 otherwise."""
    if not is_editor() and not finding().may_see(fragment_id, person().name):
        abort(404)
    try:
        return archive().fragment(fragment_id)
    except UnknownFragment:
        abort(404)


def may_change(fragment_id: str) -> bool:
    """Editors change everything, contributors what they wrote."""
    return is_editor() or finding().wrote(fragment_id, person().name)
