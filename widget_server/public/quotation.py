"""A fragment as a schema.org Quotation, for search engines: JSON-LD that cannot leave its script element.

See https://schema.org/Quotation and section 4.12.1.3 of the HTML standard ("Restrictions for contents of script
elements") for what is escaped and why.
"""

import json
from typing import Any

from markupsafe import Markup

from fragments.nouns import Fragment, Visibility
from widget_server.public.facts import web

# < > & could end the element or begin a comment; U+2028 and U+2029 end a line in old script parsers.
ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def quotation(fragment: Fragment, url: str, attribution: str) -> Markup:
    """The contents of a `<script type="application/ld+json">` element."""
    said = _described(fragment, url, attribution)
    body = json.dumps(said, ensure_ascii=False).translate(ESCAPES)
    return Markup(body)  # noqa: S704 - escaped for this place in the line above; tested with hostile texts


def _described(fragment: Fragment, url: str, attribution: str) -> dict[str, Any]:
    source = fragment.source
    shown = fragment.text or next((each.text for each in fragment.translations), "")
    lang = fragment.lang if fragment.text else next((each.lang for each in fragment.translations), fragment.lang)
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Quotation",
        "@id": url,
        "url": url,
        "text": shown,
        "inLanguage": lang,
        "creditText": attribution,
    }
    if source.author and source.author_visibility is Visibility.NAMED:
        said["creator"] = {"@type": "Person", "name": source.author}
    if source.title:
        work = {"@type": "CreativeWork", "name": source.title} | ({"url": source.url} if web(source.url) else {})
        said["isPartOf"] = work
    if fragment.published_at:
        said["datePublished"] = fragment.published_at.date().isoformat()
    return said
