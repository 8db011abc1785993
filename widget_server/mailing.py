"""Sends mail through the operator's SMTP server: plain text, to one address, encrypted on the way.

Rules: smtps:// is TLS from the first byte (port 465); smtp:// becomes TLS by STARTTLS (port 587) or nothing is sent,
except to a server on this machine; certificates are checked. A failure is the caller's to log, without the address.

It knows nothing of what is sent.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import make_msgid
from urllib.parse import unquote, urlsplit

from widget_server.settings import LOOPBACK, Settings

PORTS = {"smtps": 465, "smtp": 587}
PATIENCE = 20  # seconds


def send(settings: Settings, to: str, subject: str, text: str) -> None:
    """Send one mail; raises OSError or smtplib.SMTPException."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, to, subject
    message["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2])  # not this machine's name
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation notices in return
    message.set_content(text)
    with _connected(settings.mail_server) as server:
        server.send_message(message)


@contextmanager
def _connected(address: str) -> Iterator[smtplib.SMTP]:
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    here = "localhost"  # as the greeting says: the machine's own name is nobody's business
    trusted = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(host, port, here, timeout=PATIENCE, context=trusted)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, port, here, timeout=PATIENCE)
    ) as server:
        if parts.scheme == "smtp" and host not in LOOPBACK:
            server.starttls(context=trusted)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
