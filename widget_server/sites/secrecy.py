"""Private addresses and proof tokens of site owners.

Rules: the private address ends in 256 random bits and is known here by its hash only; what the owner puts on the site
follows from the site's name, that hash and a secret of this installation, so that nothing has to be stored before
anything is proven, and a proof made for one address proves nothing for another.
"""

import base64
import hashlib
import hmac
import re
import secrets

from widget_server.secret_files import kept_secret
from widget_server.settings import Settings

FILE = "sites.secret"
LINK = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def key(settings: Settings) -> str:
    """The secret by setting, or the one kept in the data directory, made when missing."""
    return settings.sites_secret or kept_secret(settings.data / FILE)


def new_link() -> str:
    """The last part of a new private address."""
    return secrets.token_urlsafe(32)


def hash_of(link: str) -> str:
    """What is stored of a private address."""
    return hashlib.sha256(link.encode()).hexdigest()


def proof_token(secret: str, site: str, link: str) -> str:
    """What proves that the holder of `link` controls `site`: 160 bits as 32 small letters and digits."""
    told = f"site\0{site}\0{hash_of(link)}".encode()
    digest = hmac.new(secret.encode(), told, hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode().lower()
