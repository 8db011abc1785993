"""Topics and a campaign as somebody types them: words become slugs, commas of several scripts part them. Pure."""

import re
from collections.abc import Mapping

LONGEST = 60  # characters of a slug


def topics_of(form: Mapping[str, str]) -> tuple[str, ...]:
    """The topics of a form, each once, in their order."""
    return tuple(dict.fromkeys(filter(None, map(slug, re.split(r"[,،、\n]", form.get("topics", ""))))))


def campaign_of(form: Mapping[str, str]) -> str | None:
    """The campaign of a form."""
    return slug(form.get("campaign", "")) or None


def slug(words: str) -> str:
    """Words as they stand in an address, in their own script."""
    return re.sub(r"[^\w]+", "-", words.strip().casefold()).strip("-")[:LONGEST]
