"""What a log may say of a fault of ours: its kind and the lines of code that led there, never its message.

A message may repeat what a reader sent (an address, a referrer, a name); lines of code hold nothing of anybody.
"""

import traceback


def told(fault: Exception) -> str:
    """The kind of the fault, then the stack, one call a line."""
    stack = traceback.extract_tb(fault.__traceback__)
    return "\n".join([type(fault).__name__, *(f"  {each.filename}:{each.lineno} in {each.name}" for each in stack)])
