"""Which page of a list is asked for. Decides nothing else."""

from flask import request

LAST = 10_000  # a page beyond it is a typing error, and would make the database count for nothing


def page_number() -> int:
    """The number in the query, from 1 on; 1 for anything that is no number."""
    asked = request.args.get("page", "1")[:6]
    return max(1, min(int(asked), LAST)) if asked.isdecimal() else 1
