"""Visits to the pages of bloggers: what is looked for on them, and how politely."""
