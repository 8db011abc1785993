"""The shared vectors (tests/vectors) in the loader: what is not genuine is never shown, what is genuine is.

One page holds many boxes, each with a vector of its own as its only origin; the page's clock is the vector's.
"""

import json
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

import pytest

from embed import snippets
from fragments.keys import Keyring
from fragments.nouns import Sensitivity
from fragments.signing import Keypair, join_notes, read_notes, sign_note
from fragments.statements import ROLES

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "vectors.json").read_text("utf-8"))
FOLDER = Path(__file__).parents[1] / "vectors"
DRAWS = 60  # boxes for a genuine vector: an entry with 5 of 37 shares is missed once in six thousand runs
DRAWN = """() => [...document.querySelectorAll(".unsilenced")].map((box) =>
  [box.id, box.shadowRoot?.querySelector("figcaption a").href.split("/f/")[1]])"""


def by_clock():
    ordered = sorted(VECTORS, key=lambda vector: vector["now"])
    return [pytest.param(list(group), id=now) for now, group in groupby(ordered, key=lambda vector: vector["now"])]


def pasted(web, vector, answer, fragment):
    """Boxes that draw from one vector."""
    name = vector["file"].removesuffix(".cf")
    said = answer((FOLDER / vector["file"]).read_bytes(), headers={"Access-Control-Allow-Origin": "*"})
    web.publisher.answers |= {f"/{name}/d/{vector['deck']}/{part}.cf": said for part in range(16)}
    options = replace(
        web.options,
        deck=vector["deck"],
        pinned=vector["pinned"],
        edition=vector["minimum_edition"],
        origins=(f"{web.publisher.url}/{name}",),
    )
    snippet = snippets.script_snippet(fragment, options)
    box = snippet[: snippet.index("<script")].replace("<div ", f'<div id="{name}" ', 1)
    return box * (DRAWS if vector["genuine"] else 4)


@pytest.mark.parametrize("vectors", by_clock())
def test_the_loader_agrees_with_the_verdict_on_every_vector(web, reading, fragments, answer, vectors):
    boxes = "".join(pasted(web, vector, answer, fragments[0]) for vector in vectors)
    script = snippets.script_snippet(fragments[0], web.options).partition("</div>")[2]
    with reading() as reader:
        reader.context.clock.set_fixed_time(datetime.fromisoformat(vectors[0]["now"]))
        reader.visit(web.post(f"<div hidden>{boxes}</div>{script}"))
        reader.page.wait_for_load_state("networkidle")
        reader.settle(2.5)  # a deck that is genuine but not fresh waits 2 s for a fresher one
        drawn = reader.page.evaluate(DRAWN)
        assert reader.faults() == []
    shown = {v["file"]: {id_ for name, id_ in drawn if name == v["file"].removesuffix(".cf") and id_} for v in vectors}
    assert shown == {vector["file"]: set(vector.get("shown", ())) for vector in vectors}


def test_another_statement_by_the_same_key_is_no_now(web, reading, a_text, answer):
    keys = Keypair.make()  # a publisher with one key for everything
    keyring = Keyring.made_of("publisher.localhost", dict.fromkeys(ROLES, keys), web.press.dated)
    careful = a_text("careful", sensitivity=Sensitivity.NEEDS_FRESH)
    (body,) = replace(web.press, keyring=keyring).decks("f-x", [careful]).values()
    root, deck, _ = read_notes(body.decode())
    stapled = join_notes([sign_note(note.text, keyring.name, [keys]) for note in (root, deck, deck)])
    said = {"genuine": body, "stapled": stapled.encode()}
    boxes = ""
    for name, file in said.items():
        web.publisher.answers[f"/{name}/d/f-x/0.cf"] = answer(file, headers={"Access-Control-Allow-Origin": "*"})
        origins = (f"{web.publisher.url}/{name}",)
        boxes += snippets.script_snippet(
            a_text("pasted"), replace(web.options, deck="f-x", pinned=keyring.pin, origins=origins)
        ).partition("<script")[0]
    script = snippets.script_snippet(a_text("pasted"), web.options).partition("</div>")[2]
    with reading() as reader:
        reader.visit(web.post(boxes + script))
        assert reader.live(0) == "Words of careful."
        reader.settle()
        assert reader.page.evaluate("() => document.querySelectorAll('.unsilenced')[1].shadowRoot") is None
