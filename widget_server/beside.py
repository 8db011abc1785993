"""Work beside the caretaker's other jobs: what waits for strangers on the net must not keep counting waiting.

Rules: one piece of work at a time, in a thread that dies with the process; what goes wrong in it is told by the next
call, so that whoever calls sees every fault and sees it once. How often it is done is the caller's, and so is how many
it asks at once and for how long.
"""

import threading
from collections.abc import Callable


class Beside:
    """One thread, and how its last work ended."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._fault: Exception | None = None

    def begin(self, work: Callable[[], object]) -> None:
        """Begin it, unless the last still goes on. Raises what that one ended with, and begins nothing then."""
        if self._thread and self._thread.is_alive():
            return
        if self._fault:
            fault, self._fault = self._fault, None
            raise fault
        self._thread = threading.Thread(target=self._try, args=(work,), daemon=True)
        self._thread.start()

    def join(self, seconds: float) -> None:
        """Wait for what goes on, so long at most."""
        if self._thread:
            self._thread.join(seconds)

    def _try(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as fault:
            self._fault = fault
