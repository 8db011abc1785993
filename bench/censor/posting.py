"""The blog: a page with the snippet that a builder would give out for three origins.

Rules: the snippet is the project's own (embed.snippets). With a loader of the blog's own beside it, the page also
shows what the loader does when no origin gives even the script.
"""

from collections.abc import Sequence

from bench.censor.editions import LOADER, MINIMUM, PASTED
from bench.censor.forgeries import Scene
from bench.censor.web import Site
from embed.snippets import Options, script_snippet

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A blog</title>%s</head>
<body><h1>A blog</h1><p>Before it.</p>
%s
<p id="after">After it.</p></body></html>
"""
AS_PASTED, OWN_SCRIPT = "/as-pasted.html", "/own-script.html"


def blog(scene: Scene, origins: Sequence[str]) -> Site:
    """A blog whose snippet names `origins` (https://…, the publisher's first)."""
    options = Options(public_url=origins[0], pinned=scene.pinned, edition=MINIMUM, origins=tuple(origins))
    snippet = script_snippet(PASTED, options)
    (script,) = LOADER
    own = f'<script defer src="{script}"></script>'
    pages = {AS_PASTED: PAGE % ("", snippet), OWN_SCRIPT: PAGE % (own, snippet)}
    return Site({**{path: page.encode() for path, page in pages.items()}, **LOADER})
