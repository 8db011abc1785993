"""Displays: whose page an embed was fetched for, written down once before the answer, added up exactly once."""
