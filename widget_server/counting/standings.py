"""How sites stand with us besides their displays: registered or not, listed or not, and what a visit saw there."""

from collections.abc import Mapping
from dataclasses import dataclass

from fragments.store.archive import Archive
from fragments.store.registrations import Registration, Registrations, Visit, Visits


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one site; either may be missing."""

    registration: Registration | None = None
    visit: Visit | None = None

    @property
    def owner(self) -> str:
        """In a word or two: "", "registered", "listed" (its owner wants it), "kept off" (the organisation does not)."""
        if self.registration is None:
            return ""
        if not self.registration.listed:
            return "registered"
        return "kept off" if self.registration.barred else "listed"

    @property
    def snippet(self) -> str:
        """What the last visit saw, and when: "found 2026-11-24"; "" where there was none."""
        if self.visit is None or self.visit.verdict is None or self.visit.looked_on is None:
            return ""
        return f"{self.visit.verdict.value} {self.visit.looked_on.isoformat()}"


UNKNOWN = Standing()


def standings(archive: Archive) -> Mapping[str, Standing]:
    """Every site that is registered or was visited."""
    owned, seen = Registrations(archive.engine).all(), Visits(archive.engine).all()
    return {site: Standing(owned.get(site), seen.get(site)) for site in sorted(owned.keys() | seen.keys())}
