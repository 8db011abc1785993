"""A forgotten password's way back by mail: a link that sets a new one.

Rules: whoever asks learns nothing, neither from the answer nor from the time it takes, because the link is made and
sent after the answer; requests for one name are slowed as failed sign-ins are, so nobody's mailbox is filled; the
mail names the desk's address and nothing else.
"""

import logging
import smtplib
from datetime import datetime, timedelta
from threading import Thread

from flask_babel import gettext as _

from fragments.errors import NotAllowed
from fragments.store.staff import Staff
from widget_server import mailing
from widget_server.desk import at_hand, signing_in
from widget_server.desk.secrecy import hash_of, new_token
from widget_server.settings import Settings

LIVES = timedelta(hours=1)
BY = "a request for a new password"  # the record's actor: nobody signed in

log = logging.getLogger(__name__)


def send_reset_link(name_or_email: str) -> Thread | None:
    """Send a link to the account of that name or address, if there is one with an address; None when it is too soon."""
    bucket, now = f"mail for {name_or_email.strip().casefold()}", signing_in.now()
    if signing_in.people().wait(bucket, now):
        return None
    signing_in.people().note_failure(bucket, now)
    token = new_token()
    words = (
        _("A new password for the desk"),
        _(
            "Somebody asked for a new password for your account at the desk. This link sets one, once, within an hour:"
            "\n\n%(link)s\n\nIf it was not you, leave it: nothing has changed.\n",
            link=f"{at_hand.settings().desk_url}/reset/{token}",
        ),
    )
    sending = Thread(
        target=_send, args=(at_hand.staff(), at_hand.settings(), name_or_email, token, now, words), daemon=True
    )
    sending.start()
    return sending


def _send(
    staff: Staff, settings: Settings, name_or_email: str, token: str, now: datetime, words: tuple[str, str]
) -> None:
    person = staff.reachable(name_or_email)
    if person is None or person.email is None:
        return
    try:
        staff.make_reset_link(person.id, hash_of(token), now + LIVES, by=BY, now=now)
        mailing.send(settings, person.email, *words)
    except (OSError, smtplib.SMTPException, NotAllowed) as fault:
        told = f"A link for a new password could not be sent: {type(fault).__name__}"
        log.error(told)  # noqa: TRY400 - a traceback could hold the address
