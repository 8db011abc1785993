"""The public pages and the desk in Firefox and in WebKit, Safari's engine: they open without a complaint and work.

A drill: it installs Firefox, WebKitWebDriver and Xvfb from Debian when they are missing.
"""

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher

from fragments.ids import id_of
from fragments.nouns import State
from fragments.review import OPERATOR
from tests.browser.conftest import make_fragment
from tests.desk.houses import site
from widget_server.desk import passwords
from widget_server.publishing import publish

pytestmark = pytest.mark.drill

PASSWORD = "three herons at dusk"


@pytest.fixture(scope="module")
def made(tmp_path_factory, empty_sqlite):
    """One site for each engine, because its first administrator is made once; `made(engine)` has fragments."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        sites = {}

        def of(engine):
            if engine not in sites:
                folder = tmp_path_factory.mktemp("site") / "data"
                sites[engine] = stack.enter_context(site(folder, empty_sqlite))
                fill(sites[engine].house)
            return sites[engine]

        yield of


def fill(house):
    """Two fragments, one of them in Persian, in an edition."""
    with house.archive.writing(OPERATOR) as desk:
        desk.save_fragment(make_fragment("one"), state=State.IN_REVIEW)
        desk.save_fragment(make_fragment("two", lang="fa", text="متن نخست."), state=State.IN_REVIEW)
    publish(house, OPERATOR, datetime.now(UTC))


PUBLIC = {
    "home": "/",
    "home in Arabic": "/?ui=ar",
    "builder": "/embed",
    "a fragment": f"/f/{id_of('one')}",
    "a random one": "/f/random?lang=fa",
    "republishers": "/republishers",
    "what is this": "/what",
    "owners of sites": "/site/",
    "the desk's door": "/desk/sign-in",
}


@pytest.mark.parametrize("path", PUBLIC.values(), ids=PUBLIC)
def test_a_page_opens_without_a_complaint(made, engine, window, path):
    address = made(engine).url + path
    assert window.complaints(address) == []
    window.visit(address).until("document.readyState == 'complete'")
    assert window.evaluate("document.querySelector('main').innerText.length > 50")
    assert window.evaluate("[...document.styleSheets].every((sheet) => sheet.cssRules.length)")
    assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_blogger_chooses_a_language_sees_it_and_copies_the_snippet(made, engine, window):
    window.visit(f"{made(engine).url}/embed").until("document.querySelector('form.live') && true")
    choice = "document.querySelector('select[name=lang]')"
    window.evaluate(f"{choice}.value = 'fa', {choice}.dispatchEvent(new Event('change', {{ bubbles: true }}))")
    shown = "document.querySelector('iframe[name=shown]').contentDocument?.querySelector('.unsilenced')"
    window.until(f"{shown}?.dataset.deck == 'lang-fa' && {shown}.shadowRoot?.textContent.includes('متن نخست.')")
    window.click("document.querySelector('button.copy')")
    window.until("document.querySelector('button.copy').textContent == 'Copied'")
    field = "document.getElementById(document.querySelector('button.copy').dataset.copies)"
    assert 'data-deck="lang-fa"' in window.evaluate(f"{field}.value")
    assert window.evaluate("location.search").startswith("?lang=fa")


def fill_in(window, **fields):
    for name, value in fields.items():
        window.type(f"document.querySelector('[name={name}]')", value)
    window.click("document.querySelector('form.sheet button:not([name])')")


IS_IN = "document.readyState == 'complete' && document.querySelector('form.who')?.innerText.includes('adm')"
IS_OUT = "document.readyState == 'complete' && !document.querySelector('form.who')"


def hold_nothing(_window):
    """No authenticator."""


def hold_authenticator(window):
    """Puts one into the computer that says yes to everything."""
    told = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    window.wire.say("WebAuthn:AddVirtualAuthenticator", hasResidentKey=True, isUserConsenting=True, **told)


# What comes of making a passkey. WebKitGTK has no passkeys; Safari has them, from the system it runs on.
PASSKEYS = {
    "Firefox": (hold_authenticator, "Keep these codes"),
    "WebKit": (hold_nothing, "Your browser made no passkey."),
}


def test_the_desk_is_joined_and_entered_and_its_pages_open_and_work_under_their_policy(made, engine, window):
    site = made(engine)
    window.visit(site.first_link)
    fill_in(window, name="adm", password=PASSWORD, again=PASSWORD)
    window.until(IS_IN)
    window.click("document.querySelector('form.who button')")
    window.until(IS_OUT)
    window.visit(site.desk("/sign-in"))
    fill_in(window, name="adm", password=PASSWORD)
    window.until(IS_IN)
    for path in ("/", "/write", "/account/factor/passkey"):
        assert window.complaints(site.desk(path)) == []

    window.visit(site.desk("/write"))
    window.type("document.getElementById('text')", "A sentence.")
    window.until("document.getElementById('text-count').textContent == '11'")
    window.until("document.getElementById('to-look-at').innerText.includes('No gloss.')")  # by way of the preview
    window.until("shown.contentDocument.querySelector('iframe').srcdoc.includes('A sentence.')")

    hold, met = PASSKEYS[engine]
    hold(window)
    window.visit(site.desk("/account/factor/passkey"))
    fill_in(window, name="the key on my keyring")
    window.until(f"document.querySelector('main').innerText.includes('{met}')")
