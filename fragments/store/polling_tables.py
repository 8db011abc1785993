"""The table of polls. Made by migration 0010; products are of a fixed list, and no address stands in it."""

from sqlalchemy import BigInteger, Column, Date, Integer, MetaData, String, Table

polling = MetaData()

polls = Table(
    "polls",
    polling,
    Column("day", Date, primary_key=True),  # the first of the month, once days are rolled up
    Column("feed", String(200), primary_key=True),  # its path
    Column("product", String(32), primary_key=True),
    Column("polls", BigInteger, nullable=False),
    Column("subscribers", Integer, nullable=False),  # the most it said on that day; 0 where it says none
)
