"""What every answer of the public app says to the browser besides its body.

Rules: pages may load only from this site, may not be framed, and name themselves to nobody else; embeds (the hot
paths) bring their own headers, which are left as they are. Nothing ever sets a cookie. A page is the same for everyone
who speaks the same language, so caches may keep it for minutes.
"""

from flask import Flask, Response

POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
PAGE_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # so that our own previews are known as ours, and not counted
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
PAGE_CACHE = "public, max-age=120"  # seconds: a withdrawal must not wait behind a cache
HOT = "X-Hot"  # mark of an answer from hot.py, taken off before it leaves


def install(app: Flask) -> None:
    """Dress every answer of `app`."""
    app.after_request(_dress)


def _dress(response: Response) -> Response:
    if response.headers.pop(HOT, None):
        return response
    for name, value in PAGE_HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = PAGE_CACHE if response.status_code < 500 else "no-store"
    if response.mimetype == "text/html":
        response.vary.add("Accept-Language")
    return response
