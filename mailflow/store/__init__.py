"""The database: every fact of mailflow, on SQLite or PostgreSQL, written in short transactions.

`Database` runs functions of a connection; inbox, tickets, outbox and mailboxes hold such functions. All
that one of them does lies inside the caller's transaction. No rule of the desk is decided here.
"""
