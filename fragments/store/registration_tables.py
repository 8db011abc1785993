"""The tables of sites whose owners made themselves known, of visits to sites, and of what the public was told.

Made by migration 0007. A private address stands here as a hash only; of the person behind it nothing is known.
"""

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, MetaData, String, Table, Text, false

registration_metadata = MetaData()

registrations = Table(
    "registrations",
    registration_metadata,
    Column("site", String(253), primary_key=True),
    Column("link_hash", String(64), nullable=False),  # SHA-256 of the private address's last part
    Column("proven_by", String(8), nullable=False),  # meta, file or dns
    Column("proven_on", Date, nullable=False),
    Column("listed", Boolean, nullable=False, server_default=false()),  # its owner wants it on the public list
    Column("barred", Boolean, nullable=False, server_default=false()),  # the organisation does not
    Column("page", Text),  # where its owner says the snippet stands; the home page unless given
)

visits = Table(
    "visits",
    registration_metadata,
    Column("site", String(253), primary_key=True),
    Column("chosen", Boolean, nullable=False, server_default=false()),  # an editor asked for it
    Column("begun_on", Date),  # of the newest visit: nobody else begins one on that day
    Column("looked_on", Date),  # of the newest visit that came to a verdict
    Column("verdict", String(16)),
    Column("seen_on", Date),  # when the snippet was last there
)

barred_names = Table(
    "barred_names",
    registration_metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the name of a site that an editor keeps off the list
)

public_weeks = Table(
    "public_weeks",
    registration_metadata,
    Column("week", Date, primary_key=True),  # its Monday
    Column("displays", BigInteger),  # as shown, never as counted; nothing where too few sites
    Column("sites", Integer),
)
