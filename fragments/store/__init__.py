"""The only room with SQL: tables, migrations, and the Archive that everything else talks to."""
