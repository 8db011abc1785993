"""What counts once is taken once, by however many at the same moment, on either database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from fragments.store.archive import Archive
from fragments.store.factors import SecondFactors
from fragments.store.people import People, Person
from fragments.store.staff import LastAdministrator, Staff
from tests.conftest import NOW

AT_ONCE = 8


def joined(archive: Archive, name: str = "ana", role: str = "editor") -> Person:
    """Somebody with an account."""
    people = People(archive.engine)
    people.invite(name, role, NOW + timedelta(days=1), now=NOW)
    return people.join(name, name=name, email=None, password_hash="x", now=NOW)


def winners(take: Callable[[int], bool]) -> int:
    """How many of eight who try at once succeed."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(take, range(AT_ONCE)))


def test_of_many_who_type_the_same_code_at_once_one_gets_in(archive: Archive) -> None:
    ana, factors = joined(archive), SecondFactors(archive.engine)
    factors.offer_totp(ana, "secret", NOW)

    assert winners(lambda _: factors.use_counter(ana, 7)) == 1
    assert not factors.use_counter(ana, 6)
    assert factors.use_counter(ana, 8)


def test_of_many_who_use_a_recovery_code_at_once_one_gets_in(archive: Archive) -> None:
    ana, factors = joined(archive), SecondFactors(archive.engine)
    factors.replace_codes(ana, ["a", "b"], NOW)

    assert winners(lambda _: factors.use_code(ana, "a", NOW)) == 1
    assert factors.of(ana).codes_left == 1
    archive.check_audit()


def test_a_step_of_a_sign_in_is_finished_once(archive: Archive) -> None:
    ana, factors = joined(archive), SecondFactors(archive.engine)
    factors.begin("token", ana, NOW + timedelta(minutes=10), now=NOW)

    assert winners(lambda _: factors.end("token")) == 1
    assert factors.asked("token", NOW) is None


def test_a_challenge_is_taken_once(archive: Archive) -> None:
    ana, factors = joined(archive), SecondFactors(archive.engine)
    factors.begin("token", ana, NOW + timedelta(minutes=10), now=NOW, challenge="sign this")

    assert winners(lambda _: factors.take_challenge("token", NOW) == "sign this") == 1


def test_of_two_administrators_who_demote_each_other_at_once_one_stays(archive: Archive) -> None:
    eve, adm = joined(archive, "eve", "administrator"), joined(archive, "adm", "administrator")
    staff = Staff(archive.engine)

    def demote(turn: int) -> bool:
        try:
            staff.change_role((eve, adm)[turn % 2].id, "editor", by="x", now=NOW)
        except LastAdministrator:
            return False
        return True

    winners(demote)

    assert People(archive.engine).has_administrator()
    assert [each.role for each in staff.all(NOW)].count("administrator") == 1


@pytest.mark.parametrize("role", ["administrator", "editor"])
def test_a_link_makes_one_account_however_many_hold_it(archive: Archive, role: str) -> None:
    people = People(archive.engine)
    people.invite("link", role, NOW + timedelta(days=1), now=NOW)

    def join(turn: int) -> bool:
        try:
            people.join("link", name=f"person {turn}", email=None, password_hash="x", now=NOW)
        except Exception:  # whatever the reason, nobody joined
            return False
        return True

    assert winners(join) == 1
    assert len(Staff(archive.engine).all(NOW)) == 1
