"""Who may do what at the desk: one table, and a desk that refuses whatever is not in it.

Rules: every endpoint has a right; one without is answered with 404, and a test says so. Whoever is not signed in gets
the sign-in; whoever lacks the right gets 404, as if the page were not there. Whose text it is, each view asks itself.
"""

from enum import IntEnum

from fragments.store.people import Person


class Right(IntEnum):
    """What an endpoint asks of whoever opens it; each includes those before it."""

    ANYBODY = 0
    WRITE = 1
    REVIEW = 2
    ADMINISTER = 3


ROLES = {"contributor": Right.WRITE, "editor": Right.REVIEW, "administrator": Right.ADMINISTER}

RIGHTS = {
    "static": Right.ANYBODY,
    "pages.sign_in": Right.ANYBODY,
    "speaking.choose": Right.ANYBODY,
    "pages.first_administrator": Right.ANYBODY,
    "pages.sign_out": Right.WRITE,
    "home.page": Right.WRITE,
    "writing.new": Right.WRITE,
    "writing.form": Right.WRITE,
    "writing.save": Right.WRITE,
    "writing.preview": Right.WRITE,
    "writing.keep": Right.WRITE,
    "writing.drop": Right.WRITE,
    "finding.page": Right.WRITE,
    "finding.fragment": Right.WRITE,
    "gathering.page": Right.WRITE,
    "gathering.text": Right.WRITE,
    "gathering.web_page": Right.WRITE,
    "gathering.feed": Right.WRITE,
    "gathering.entry": Right.WRITE,
    "gathering.save": Right.WRITE,
    "gathering.saved": Right.WRITE,
    "taking_in.page": Right.REVIEW,
    "taking_in.put": Right.REVIEW,
    "taking_in.look": Right.REVIEW,
    "taking_in.take": Right.REVIEW,
    "taking_in.report": Right.REVIEW,
    "quarantine.page": Right.REVIEW,
    "quarantine.decide": Right.REVIEW,
    "review.queue": Right.REVIEW,
    "review.page": Right.REVIEW,
    "review.decide": Right.REVIEW,
    "review.coming": Right.REVIEW,
    "review.publish": Right.REVIEW,
    "review.edition": Right.REVIEW,
    "accounting.audit": Right.REVIEW,
    "accounting.export": Right.REVIEW,
    "accounting.republishers": Right.REVIEW,
    "accounting.republishers_file": Right.REVIEW,
}


def right_of(person: Person | None) -> Right:
    """What somebody may do; an unknown role may do nothing."""
    return ROLES.get(person.role, Right.ANYBODY) if person else Right.ANYBODY


def may(person: Person | None, endpoint: str) -> bool:
    """Whether somebody may open an endpoint; nobody may open one that has no rule."""
    return endpoint in RIGHTS and right_of(person) >= RIGHTS[endpoint]
