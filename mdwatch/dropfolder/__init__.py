"""The disk, and only the disk: looking into drop folders, reading files, putting them away.

What may not be here: verdicts on files, the database, logging. Faults of the disk leave as `OSError`; a file that is no
longer the one that was sighted as `Changed`.
"""
