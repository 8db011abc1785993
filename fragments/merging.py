"""Joins two records of one source: what the one that stays says counts, what only the other says is added.

Pure. It decides neither which of them stays nor who may merge.
"""

from dataclasses import replace

from fragments.nouns import Source

_FILLED = ("title_lang", "url", "publisher", "author", "date", "rights", "rights_basis")


def merged(kept: Source, gone: Source) -> Source:
    """The source that stays, with what only the duplicate knew."""
    filled = {name: getattr(kept, name) or getattr(gone, name) for name in _FILLED}
    if kept.author is None:
        filled["author_visibility"] = gone.author_visibility
    return replace(
        kept,
        **filled,
        title=kept.title or gone.title,
        archived_urls=tuple(dict.fromkeys((*kept.archived_urls, *gone.archived_urls))),
        suppressions=(*kept.suppressions, *(act for act in gone.suppressions if act not in kept.suppressions)),
    )
