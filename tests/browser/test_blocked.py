"""When something is in the way: the pasted text stays, the page hears nothing of it, and a mirror does as well."""

import time
from dataclasses import replace

import pytest

from embed import snippets
from embed.loader.released import current


def both(web):
    """Options of a snippet that names the publisher and a mirror."""
    return replace(web.options, origins=(web.publisher.url, web.mirror.url))


def test_with_the_server_killed_the_pasted_text_stays(web, reading, fragments):
    address = web.post(snippets.script_snippet(fragments[1], web.options))
    web.publisher.kill()
    with reading() as reader:
        reader.visit(address)
        reader.settle()
        assert reader.untouched()
        assert reader.page.get_by_text("كلمة أولى وكلمة ثانية").is_visible()
        assert reader.faults() == []


def test_with_the_server_killed_after_the_script_came_the_pasted_text_stays(web, reading, fragments):
    address = web.post(snippets.script_snippet(fragments[0], web.options))
    web.publisher.answers = {current().path: web.publisher.answers[current().path]}
    with reading() as reader:
        reader.visit(address)
        reader.settle()
        assert reader.untouched()
        assert web.publisher.paths("/d/")
        assert reader.faults() == []


@pytest.mark.parametrize("seed", range(4))
def test_with_one_origin_dead_the_other_is_asked_at_once(web, reading, fragments, seed):
    address = web.post(snippets.script_snippet(fragments[0], both(web)))
    web.publisher.kill()
    with reading(seed=seed) as reader:
        before = time.monotonic()
        reader.visit(address).live()
        assert time.monotonic() - before < 3
        assert reader.faults() == []


SPOILED = {
    "a 404 page": {"status": 404},
    "a 500 page": {"status": 500, "body": b"sorry"},
    "an empty answer": {"body": b""},
    "a block page": {"body": b"<h1>This site is blocked</h1>", "content_type": "text/html"},
    "an answer that never ends": {"endless": True},
    "an answer that comes too late": {"after_seconds": 7},
    "a redirect elsewhere": {"status": 302, "headers": {"Location": "http://elsewhere.localhost:1/"}},
}


@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED.keys())
def test_an_origin_that_answers_with_something_else_hides_nothing(web, reading, fragments, answer, spoiled):
    for path in [path for path in web.publisher.answers if path.startswith("/d/")]:
        spoil = {"headers": {}, **spoiled}
        spoil["headers"] = {"Access-Control-Allow-Origin": "*", **spoil["headers"]}
        web.publisher.answers[path] = answer(**spoil)
    with reading(seed=0) as reader:
        before = time.monotonic()
        reader.visit(web.post(snippets.script_snippet(fragments[0], both(web)))).live()
        assert time.monotonic() - before < 4
        assert reader.faults() == []


def test_a_redirect_is_not_followed_so_that_no_stranger_is_asked(web, reading, fragments, answer):
    target = {"Location": f"{web.mirror.url}/d/all/0.cf", "Access-Control-Allow-Origin": "*"}
    for path in [path for path in web.publisher.answers if path.startswith("/d/")]:
        web.publisher.answers[path] = answer(status=302, headers=target)
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[0], web.options)))
        reader.settle()
        assert web.publisher.paths("/d/")
        assert web.mirror.asked == []
        assert reader.untouched()


def test_of_an_answer_that_never_ends_little_is_read(web, reading, fragments, answer):
    for path in [path for path in web.publisher.answers if path.startswith("/d/")]:
        web.publisher.answers[path] = answer(endless=True, headers={"Access-Control-Allow-Origin": "*"})
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[0], web.options)))
        reader.settle(1)
        assert web.publisher.sent_bytes < 15_000_000  # 6 MB, the sockets' buffers; read on, it is 600 MB
        assert reader.untouched()


def test_the_order_of_origins_differs_between_displays(web, reading, fragments):
    address = web.post(snippets.script_snippet(fragments[0], both(web)))
    for seed in range(8):
        with reading(seed=seed) as reader:
            reader.visit(address).live()
    assert web.publisher.paths("/d/")
    assert web.mirror.paths("/d/")


def test_an_answer_without_permission_to_read_it_leaves_the_pasted_text(web, reading, fragments, answer):
    for path in [path for path in web.publisher.answers if path.startswith("/d/")]:
        web.publisher.answers[path] = answer(web.publisher.answers[path].body)
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[0], web.options)))
        reader.settle()
        assert reader.untouched()
        assert reader.faults() == []


def test_a_page_without_cryptography_keeps_the_pasted_text_and_asks_for_no_deck(web, reading, fragments):
    address = web.post(snippets.script_snippet(fragments[0], web.options), host="blog.example")
    with reading() as reader:
        reader.visit(address)
        reader.settle()
        assert reader.page.evaluate("() => crypto.subtle === undefined")
        assert web.publisher.paths() == [current().path]
        assert reader.untouched()
        assert reader.faults() == []


STRICT = "default-src 'none'; script-src '{hash}'; require-trusted-types-for 'script'; trusted-types 'none'"


def test_under_a_policy_that_allows_nothing_but_the_script_the_text_stays(web, reading, fragments):
    policy = {"Content-Security-Policy": STRICT.format(hash=current().integrity)}
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[0], web.options), headers=policy))
        reader.settle()
        assert web.publisher.paths() == [current().path]
        assert reader.untouched()
        assert reader.page.locator(".unsilenced blockquote").is_visible()
        assert reader.faults() == []


def test_under_a_policy_that_allows_the_deck_it_works_without_a_style_or_markup(web, reading, fragments):
    policy = f"{STRICT.format(hash=current().integrity)}; connect-src {web.publisher.url}; style-src 'none'"
    with reading() as reader:
        reader.visit(
            web.post(snippets.script_snippet(fragments[0], web.options), headers={"Content-Security-Policy": policy})
        )
        assert reader.live() in {one.text for one in fragments}
        size = reader.shade("querySelector('figcaption').computedStyleMap().get('font-size').value")
        assert size < 16  # the loader's own style sheet is in force
        assert reader.faults() == []


def test_a_script_changed_on_the_way_does_not_run(web, reading, fragments, answer):
    body = current().body + b"\nfaults.push('ran')"
    web.publisher.answers[current().path] = answer(
        body, "text/javascript", headers={"Access-Control-Allow-Origin": "*"}
    )
    with reading() as reader:
        reader.visit(web.post(snippets.script_snippet(fragments[0], web.options)))
        reader.settle()
        assert reader.untouched()
        assert "ran" not in reader.faults()
