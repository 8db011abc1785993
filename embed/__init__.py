"""An edition in, bytes out: decks, loader, snippets, frames, feeds. Knows nothing of HTTP, Flask or the database."""
