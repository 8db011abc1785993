"""The tables of the archive. Made by migration 0001; a test holds the two together.

`revisions` is where the truth stands: every saved version of a fragment or a source, as its record, never changed.
An edition is a set of pairs of revisions. The other tables lay the newest revision out for searching and counting,
and say how far it has come. Keys are the natural ones (external id of a source, public id of a fragment), so that
rows go in by the hundred without asking the database for numbers.

Holds no rule: fragments.review decides, fragments.store.writing writes.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, DateTime, Dialect, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC. SQLite has no time zones, so a naive value from it is UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive time (ValueError): nobody could say later which hour it meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """An aware time in UTC."""
        if value is None:
            return None
        stored: datetime = value
        return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables of the archive share."""

    type_annotation_map = {str: Text, datetime: Moment}  # noqa: RUF012 SQLAlchemy's own way to say it


class SourceRow(Base):
    """The newest revision of a source."""

    __tablename__ = "sources"
    external_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    title_lang: Mapped[str | None]
    url: Mapped[str | None]
    publisher: Mapped[str | None]
    author: Mapped[str | None]
    author_visibility: Mapped[str]
    date_raw: Mapped[str | None]
    date_edtf: Mapped[str | None]
    rights: Mapped[str | None]
    rights_basis: Mapped[str | None]
    revision: Mapped[int]
    saved_by: Mapped[str]
    saved_at: Mapped[datetime]
    content: Mapped[str] = mapped_column(String(64))  # hash of the newest revision
    given: Mapped[str | None] = mapped_column(String(64))  # hash of what an import gave last
    approved_revision: Mapped[int | None]  # what editions show
    checked_at: Mapped[datetime | None]  # when somebody last read the evidence again
    checked_by: Mapped[str | None]
    merged_into: Mapped[str | None] = mapped_column(index=True)  # the source that stands in for this duplicate


class SuppressionRow(Base):
    """One act against a source."""

    __tablename__ = "suppressions"
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.external_id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(index=True)
    who: Mapped[str | None]
    company: Mapped[str | None]
    method: Mapped[str | None]
    action: Mapped[str | None]
    status: Mapped[str | None]
    since_raw: Mapped[str | None]
    since_edtf: Mapped[str | None]
    until_raw: Mapped[str | None]
    until_edtf: Mapped[str | None]
    reason: Mapped[str | None]
    note: Mapped[str | None]
    verification: Mapped[str]


class EvidenceRow(Base):
    """Something by which a suppression can be checked."""

    __tablename__ = "evidence"
    __table_args__ = (
        ForeignKeyConstraint(
            ["source_id", "suppression_place"], ["suppressions.source_id", "suppressions.place"], ondelete="CASCADE"
        ),
    )
    source_id: Mapped[str] = mapped_column(primary_key=True)
    suppression_place: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str | None]
    citation: Mapped[str | None]
    accessed: Mapped[str | None]
    sha256: Mapped[str | None]


class CampaignRow(Base):
    """A campaign's name, where somebody gave it one."""

    __tablename__ = "campaigns"
    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class FragmentRow(Base):
    """The newest revision of a fragment, and how far it has come."""

    __tablename__ = "fragments"
    __table_args__ = (
        Index("ix_fragments_saved_at", "saved_at", "id"),
        Index("ix_fragments_campaign_saved", "campaign", "saved_at"),
    )
    id: Mapped[str] = mapped_column(String(10), primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.external_id"), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)  # of the newest revision
    lang: Mapped[str] = mapped_column(index=True)
    text: Mapped[str]
    form: Mapped[str]
    gloss: Mapped[str | None]
    gloss_lang: Mapped[str]
    attribution: Mapped[str | None]
    content_warning: Mapped[str | None]
    sensitivity: Mapped[str]
    weight: Mapped[int]
    campaign: Mapped[str | None] = mapped_column(index=True)
    revision: Mapped[int]
    saved_by: Mapped[str]
    saved_at: Mapped[datetime]
    source_revision: Mapped[int]  # the source's revision that whoever saved this one had before them
    content: Mapped[str] = mapped_column(String(64))  # hash of the newest revision, its source left out
    given: Mapped[str | None] = mapped_column(String(64))  # hash of what an import gave last, its source included
    approved_revision: Mapped[int | None] = mapped_column(index=True)  # what the next edition shows
    approved_source_id: Mapped[str | None]
    published_at: Mapped[datetime | None]
    corrected_at: Mapped[datetime | None]
    correction: Mapped[str | None]
    words_by: Mapped[str | None]  # who wrote what waits, where whoever saved it last changed no word
    embargo_until: Mapped[datetime | None] = mapped_column(index=True)  # in no edition before
    expires_at: Mapped[datetime | None] = mapped_column(index=True)  # in no edition from then on
    hold_by: Mapped[str | None]  # a legal hold: in no edition, and nothing of it changes
    hold_since: Mapped[datetime | None]
    hold_reason: Mapped[str | None]


class TranslationRow(Base):
    """A fragment's text in another language."""

    __tablename__ = "translations"
    fragment_id: Mapped[str] = mapped_column(ForeignKey("fragments.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    lang: Mapped[str] = mapped_column(index=True)
    text: Mapped[str]
    maker: Mapped[str]
    translator: Mapped[str | None]
    note: Mapped[str | None]


class TopicRow(Base):
    """A topic of a fragment."""

    __tablename__ = "topics"
    __table_args__ = (Index("ix_topics_slug", "slug"),)
    fragment_id: Mapped[str] = mapped_column(ForeignKey("fragments.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]


class NoteRow(Base):
    """What cleaning noticed in the newest revision of a fragment."""

    __tablename__ = "notes"
    fragment_id: Mapped[str] = mapped_column(ForeignKey("fragments.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    message: Mapped[str]
    blocks: Mapped[bool] = mapped_column(Boolean)


class RevisionRow(Base):
    """One saved version of a fragment (`source` is then an external id) or of a source, as its record in JSON."""

    __tablename__ = "revisions"
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)  # fragment | source
    subject: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    record: Mapped[str]
    saved_by: Mapped[str]
    saved_at: Mapped[datetime]


class EditionRow(Base):
    """A frozen edition."""

    __tablename__ = "editions"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    dated: Mapped[datetime]
    frozen_by: Mapped[str]
    audit_head: Mapped[str] = mapped_column(String(64))
    campaigns: Mapped[str]  # slug -> name, as JSON


class EditionItemRow(Base):
    """A pair of revisions that stands in all editions from `from_edition` to `to_edition`.

    A row an edition would be 100,000 rows a day in a large archive that changes one text.
    """

    __tablename__ = "edition_items"
    fragment_id: Mapped[str] = mapped_column(ForeignKey("fragments.id"), primary_key=True)
    from_edition: Mapped[int] = mapped_column(ForeignKey("editions.number"), primary_key=True)
    to_edition: Mapped[int | None] = mapped_column(index=True)
    revision: Mapped[int]
    source_id: Mapped[str]
    source_revision: Mapped[int]
    published_at: Mapped[datetime]
    corrected_at: Mapped[datetime | None]
    correction: Mapped[str | None]


class WithdrawalRow(Base):
    """One withdrawal, and the editions that name it."""

    __tablename__ = "withdrawals"
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    fragment_id: Mapped[str] = mapped_column(ForeignKey("fragments.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str]
    from_edition: Mapped[int | None]
    to_edition: Mapped[int | None]


class AuditRow(Base):
    """One entry of the audit record. Nothing updates or deletes here; triggers of migration 0001 see to it."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    details: Mapped[str]  # canonical JSON
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
