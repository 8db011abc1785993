"""Who comes by a link on another site: a message, a chat, a search.

A browser does not send the desk's cookie with such a request (SameSite=Strict), so the desk would take an editor for a
stranger, and the sign-in that it shows would begin a new session over the old one. Rule: the desk answers with a page
that asks for the same address once more, by itself; then the cookie comes along. That page begins no session.

It opens nothing: the second request is judged as any other.
"""

from flask import current_app, render_template, request


def ask_again() -> str | None:
    """Before each request: the page that asks once more, where a browser withheld the cookie."""
    is_led_here = (
        request.method == "GET"
        and request.headers.get("Sec-Fetch-Site") == "cross-site"
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
    )
    if not is_led_here or current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return None
    return render_template("arriving.html", address=request.script_root + request.full_path.rstrip("?"))
