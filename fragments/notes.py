"""What an editor should know about a value that was taken: shared by the rooms that read values.

A note never changes a value. It imports nothing of ours.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """A remark beside a stored value: a fixed code, a sentence in English, and whether it stops publishing."""

    code: str
    message: str
    blocks: bool = False
