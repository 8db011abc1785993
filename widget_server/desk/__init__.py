"""Where editors work: sign-in, CSRF, editing. Never imports widget_server.public, and is never imported by it."""
