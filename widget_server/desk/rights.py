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
    "pages.second_step": Right.ANYBODY,
    "pages.forgotten": Right.ANYBODY,
    "pages.reset": Right.ANYBODY,
    "pages.sign_out": Right.WRITE,
    "account.page": Right.WRITE,
    "account.password": Right.WRITE,
    "account.email": Right.WRITE,
    "account.end_session": Right.WRITE,
    "account.end_sessions": Right.WRITE,
    "factors.page": Right.WRITE,
    "factors.app": Right.WRITE,
    "factors.remove_app": Right.WRITE,
    "factors.passkey": Right.WRITE,
    "factors.remove_passkey": Right.WRITE,
    "factors.codes": Right.WRITE,
    "home.page": Right.WRITE,
    "writing.new": Right.WRITE,
    "writing.form": Right.WRITE,
    "writing.save": Right.WRITE,
    "writing.merge": Right.WRITE,
    "writing.preview": Right.WRITE,
    "writing.keep": Right.WRITE,
    "writing.drop": Right.WRITE,
    "finding.page": Right.WRITE,
    "finding.fragment": Right.WRITE,
    "finding.compare": Right.WRITE,
    "filters.page": Right.WRITE,
    "filters.keep": Right.WRITE,
    "filters.change": Right.WRITE,
    "sources.listed": Right.WRITE,
    "sources.page": Right.WRITE,
    "sources.check": Right.REVIEW,
    "sources.form": Right.REVIEW,
    "sources.save": Right.REVIEW,
    "sources.alike": Right.REVIEW,
    "sources.merging": Right.REVIEW,
    "sources.merge": Right.REVIEW,
    "bulk.preview": Right.REVIEW,
    "bulk.do": Right.REVIEW,
    "bulk.done": Right.REVIEW,
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
    "accounting.check": Right.REVIEW,
    "accounting.export": Right.REVIEW,
    "republishing.listed": Right.REVIEW,
    "republishing.site": Right.REVIEW,
    "republishing.file": Right.REVIEW,
    "owners.visit": Right.REVIEW,
    "owners.bar": Right.REVIEW,
    "staff.page": Right.ADMINISTER,
    "staff.invite": Right.ADMINISTER,
    "staff.void": Right.ADMINISTER,
    "staff.person": Right.ADMINISTER,
    "staff.role": Right.ADMINISTER,
    "staff.link": Right.ADMINISTER,
    "staff.factor": Right.ADMINISTER,
    "staff.end": Right.ADMINISTER,
    "running.settings": Right.ADMINISTER,
    "running.keys": Right.ADMINISTER,
    "running.mirrors": Right.REVIEW,
}

# What is open to whoever still has to set up a second factor, where the operator demands one.
SETTING_UP = frozenset(
    {"static", "speaking.choose", "pages.sign_out", "factors.page", "factors.app", "factors.passkey"}
)


def right_of(person: Person | None) -> Right:
    """What somebody may do; an unknown role may do nothing."""
    return ROLES.get(person.role, Right.ANYBODY) if person else Right.ANYBODY


def may(person: Person | None, endpoint: str) -> bool:
    """Whether somebody may open an endpoint; nobody may open one that has no rule."""
    return endpoint in RIGHTS and right_of(person) >= RIGHTS[endpoint]
