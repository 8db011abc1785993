"""The steps by which a database becomes what the tables say; run by fragments.store.database."""
