"""Copies of editions elsewhere: fetched, checked, kept current, carried by hand."""
