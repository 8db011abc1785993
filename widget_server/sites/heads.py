"""Finds our meta tags in the head of a page, in a process of its own.

Rules: only the head counts, where no commenter can write. A stranger may have written the page to keep a parser busy: a
megabyte of attributes in one tag costs libxml2 14 seconds.
"""

from typing import Any

import lxml.etree
import lxml.html

from widget_server.apart import answer, ask

META_NAME = "unsilenced-site"
SECONDS = 3  # of work; a megabyte of ordinary HTML takes 0.1
MEMORY = 1 << 30  # bytes of address space


def tokens_apart(page: bytes, seconds: float) -> list[str]:
    """As meta_tokens, within so many seconds. Raises NoAnswer."""
    if META_NAME.encode() not in page.replace(b"\0", b""):  # also in UTF-16; most pages need no child
        return []
    found: list[str] = ask("widget_server.sites.heads", None, page, seconds=min(seconds, SECONDS))
    return found


def meta_tokens(page: bytes) -> list[str]:
    """The contents of our meta tags in the head of a page."""
    try:
        document = lxml.html.document_fromstring(page)
    except (lxml.etree.LxmlError, ValueError):  # an empty page
        return []
    found = document.xpath(f"/html/head/meta[@name='{META_NAME}']/@content")
    return [str(content).strip() for content in found] if isinstance(found, list) else []


def _find(_told: Any, page: bytes) -> list[str]:
    return meta_tokens(page)


if __name__ == "__main__":
    answer(_find, seconds=SECONDS, memory=MEMORY)
