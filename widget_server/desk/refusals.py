"""Why the archive refused what somebody wished, as a sentence and a status of HTTP. Decides nothing."""

from flask_babel import gettext as _

from fragments.errors import (
    FieldError,
    NotAllowed,
    OwnApproval,
    OwnHold,
    StaleRevision,
    UnknownFragment,
    UnsilencedError,
)
from widget_server.desk import wording

REFUSED = (FieldError, NotAllowed, OwnApproval, StaleRevision)  # what a view answers with words


def words_of(refused: UnsilencedError) -> str:
    """The sentence."""
    if isinstance(refused, OwnApproval):
        return _("You wrote this, so somebody else has to approve it.")
    if isinstance(refused, StaleRevision):
        return _("It was changed while you were reading. This is the newest text.")
    if isinstance(refused, NotAllowed):
        return wording.refusal(str(refused.args[-1]))
    if isinstance(refused, UnknownFragment):
        return _("It is not here.")
    return wording.fault(refused) if isinstance(refused, FieldError) else str(refused)


def status_of(refused: UnsilencedError) -> int:
    """403 where another person may, 409 where the state is in the way, 400 where the form is."""
    if isinstance(refused, OwnApproval | OwnHold):
        return 403
    return 400 if isinstance(refused, FieldError) else 409
