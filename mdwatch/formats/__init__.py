"""Pure: bytes into nouns and back. What a format looks like is known here and nowhere else.

What may not be here: reading files, the database, the clock, logging. A format module raises `Rejected` with a reason
that an operator understands, and nothing else.
"""
