"""What the audit record keeps in words of its own, in words of the desk: who acted, what was done, the details.

Rules: the record itself is never reworded, its export least of all. What has no words here is shown as it stands.
What somebody copies from the table and asks for is led back to what the record keeps.
"""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from fragments.review import OPERATOR
from fragments.terms import CLOCK

ACTS: dict[str, LazyString] = {  # what the audit record calls what was done
    "saved": _l("saved"),
    "saved, still withdrawn": _l("saved, still withdrawn"),
    "submitted": _l("put up for review"),
    "sent back": _l("sent back"),
    "withdrawn": _l("withdrew"),
    "restored as a draft": _l("restored as a draft"),
    "approved": _l("approved"),
    "approved alone: two-person review is switched off": _l("approved alone: two-person review is switched off"),
    "imported and published on the command line": _l("imported and published on the command line"),
    "froze the edition": _l("froze the edition"),
    "saved unchanged, upon the newest source": _l("saved it unchanged, with the newest source before them"),
    "saved, draft": _l("saved as a draft"),
    "saved, in review": _l("saved and put up for review"),
    "saved, withdrawn": _l("saved; it stays withdrawn"),
    "saved without a changed word, draft": _l("labelled it or moved it to another source; no word changed"),
    "saved without a changed word, in review": _l("labelled it or moved it to another source; no word changed"),
    "saved without a changed word, withdrawn": _l("labelled it or moved it to another source; no word changed"),
    "set its dates": _l("set its dates"),
    "set its dates alone: two-person review is switched off": _l(
        "set its dates alone: two-person review is switched off"
    ),
    "set a legal hold": _l("set a legal hold"),
    "lifted the legal hold": _l("lifted the legal hold"),
    "lifted the legal hold alone: two-person review is switched off": _l(
        "lifted the legal hold alone: two-person review is switched off"
    ),
    "left the edition: legal hold": _l("it left the edition: legal hold"),
    "left the edition: embargo": _l("it left the edition: embargo"),
    "left the edition: expired": _l("it left the edition: expired"),
    "published: its embargo is over": _l("published: its embargo is over"),
    "saved the source": _l("saved the source"),
    "checked the source's evidence": _l("read the evidence again"),
    "merged into another source": _l("merged it into another source"),
    "took in a duplicate": _l("merged a duplicate into it"),
    "named a campaign": _l("named a campaign"),
    "took over a submission": _l("took over a text handed in by the public"),
    "threw away a submission": _l("threw away a text handed in by the public"),
    "made the first administrator": _l("made the first administrator’s account"),
    "joined as contributor": _l("joined as a contributor"),
    "joined as editor": _l("joined as an editor"),
    "joined as administrator": _l("joined as an administrator"),
    "invited a contributor": _l("invited a contributor"),
    "invited an editor": _l("invited an editor"),
    "invited an administrator": _l("invited an administrator"),
    "voided an invitation": _l("made an invitation void"),
    "made a contributor": _l("made the account a contributor’s"),
    "made an editor": _l("made the account an editor’s"),
    "made an administrator": _l("made the account an administrator’s"),
    "ended an account": _l("ended the account"),
    "removed a second factor": _l("removed a second factor"),
    "made a link that sets a password": _l("made a link that sets a password"),
    "set a new password by a link": _l("set a new password by a link"),
    "changed the password": _l("changed the password"),
    "changed the e-mail address": _l("changed the e-mail address"),
    "signed out everywhere": _l("signed out everywhere"),
    "set up an authenticator app": _l("set up an authenticator app"),
    "removed the authenticator app": _l("removed the authenticator app"),
    "added a passkey": _l("added a passkey"),
    "removed a passkey": _l("removed a passkey"),
    "made recovery codes": _l("made recovery codes"),
    "signed in with a recovery code": _l("signed in with a recovery code"),
}

DETAILS: dict[str, LazyString] = {  # what the audit record keeps beside an act
    "revision": _l("revision"),
    "source_revision": _l("revision of the source"),
    "comment": _l("comment"),
    "reason": _l("reason"),
    "correction": _l("correction"),
    "embargo": _l("embargo"),
    "expiry": _l("expiry"),
    "topics": _l("topics"),
    "campaign": _l("campaign"),
    "source": _l("source"),
    "into": _l("into"),
    "fragments": _l("fragments"),
    "name": _l("name"),
    "codes": _l("codes"),
    "before": _l("before"),
    "after": _l("after"),
    "added or changed": _l("added or changed"),
    "removed or changed": _l("removed or changed"),
}

ACTORS: dict[str, LazyString] = {OPERATOR: _l("operator (command line)"), CLOCK: _l("the clock")}  # who is no person


def act(recorded: str) -> str:
    """What the audit record says that somebody did."""
    return str(ACTS.get(recorded, recorded))


SUBJECTS: dict[str, LazyString] = {"desk": _l("the desk")}  # what is no id and no name
ROLES: dict[str, LazyString] = {
    "contributor": _l("contributor"),
    "editor": _l("editor"),
    "administrator": _l("administrator"),
}
OF_SOURCES = frozenset({"saved the source", "checked the source's evidence", "took in a duplicate"})
_OF_FRAGMENTS = (  # beginnings of acts
    *("saved, ", "saved without", "saved unchanged", "submitted", "sent back", "withdrawn", "restored", "approved"),
    *("imported and", "set its dates", "set a legal hold", "lifted the legal hold", "left the edition", "published:"),
)


def is_of_a_fragment(recorded: str) -> bool:
    """Whether the subject of an act is a fragment's id."""
    return recorded.startswith(_OF_FRAGMENTS)


def subject(recorded: str) -> str:
    """What something was done to: an id or a name as it is, an edition and the desk in words."""
    kind, _space, number = recorded.partition(" ")
    if kind == "edition" and number.isdecimal():
        return _("Edition %(number)s", number=number)
    return str(SUBJECTS.get(recorded, recorded))


def who(name: str) -> str:
    """Who did something: a person's name, or the words for the operator and the clock."""
    return str(ACTORS.get(name, name))


def recorded_subject(typed: str) -> str:
    """What the record keeps where the desk shows `typed`; an id or a name as it is."""
    edition = "edition " + "".join(filter(str.isdecimal, typed))
    return next((each for each in (*SUBJECTS, edition) if subject(each).casefold() == typed.casefold()), typed)


def recorded_actor(typed: str) -> str:
    """The same for who did something."""
    return next((each for each in ACTORS if who(each).casefold() == typed.casefold()), typed)


def detail(name: str) -> str:
    """The words for what the audit record keeps beside an act."""
    return str(DETAILS.get(name, name))


def role(name: str) -> str:
    """The words for a role."""
    return str(ROLES.get(name, name))


FILTERS = {"act": act, "who": who, "subject": subject}
