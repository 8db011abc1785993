"""Work beside other work: nobody waits for it, it is never done twice at once, and its faults are told."""

import threading
import time

import pytest

from widget_server.beside import Beside


def test_whoever_begins_a_work_does_not_wait_and_none_begins_while_one_goes_on() -> None:
    beside, go, done = Beside(), threading.Event(), []

    def slow() -> None:
        go.wait(60)
        done.append("slow")

    begun = time.monotonic()
    beside.begin(slow)
    beside.begin(lambda: done.append("too early"))
    took = time.monotonic() - begun
    go.set()
    beside.join(5)

    assert (done, took < 30) == (["slow"], True)


def test_after_one_has_ended_the_next_begins() -> None:
    beside, done = Beside(), []
    for name in ("first", "second"):
        beside.begin(lambda name=name: done.append(name))
        beside.join(5)

    assert done == ["first", "second"]


def test_a_fault_is_told_once_by_the_next_call_which_begins_nothing() -> None:
    beside, done = Beside(), []

    def broken() -> None:
        raise OSError("no route")

    beside.begin(broken)
    beside.join(5)
    with pytest.raises(OSError, match="no route"):
        beside.begin(lambda: done.append("at once"))
    beside.begin(lambda: done.append("after"))
    beside.join(5)

    assert done == ["after"]


def test_joining_waits_no_longer_than_it_was_told_to() -> None:
    beside, go = Beside(), threading.Event()
    beside.join(5)
    beside.begin(lambda: go.wait(60))

    begun = time.monotonic()
    beside.join(0.05)
    took = time.monotonic() - begun
    go.set()
    beside.join(5)

    assert took < 30
