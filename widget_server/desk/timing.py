"""A day and an hour as a form of the desk takes and gives them: in UTC, for colleagues work in several time zones."""

from datetime import UTC, datetime

from fragments.errors import FieldError
from fragments.terms import Terms


def read(raw: str, field: str) -> datetime | None:
    """What a field of the kind datetime-local holds; None for an empty one. Raises FieldError."""
    if not raw.strip():
        return None
    try:
        moment = datetime.fromisoformat(raw.strip())
    except ValueError:
        raise FieldError(field, "is not a date", raw[:40], "write 2026-11-24T09:00") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def typed(moment: datetime | None) -> str:
    """The value of such a field."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if moment else ""


def sealed(terms: Terms) -> str:
    """Dates as a hidden field carries them, so that an approval is of the dates that were read."""
    return "/".join(each.isoformat() if each else "" for each in (terms.embargo_until, terms.expires_at))


def unsealed(raw: str) -> Terms:
    """The dates of such a field. Raises FieldError."""
    embargo, _, expiry = raw.partition("/")
    return Terms(embargo_until=read(embargo, "terms"), expires_at=read(expiry, "terms"))
