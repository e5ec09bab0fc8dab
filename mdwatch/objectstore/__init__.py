"""An OCFL storage root on a disk, and only that: which IEs are kept there, and why, is for `handlers.stores` to say.

- `storage_root`: the root: made, found missing, walked through, and what a crash left in its staging folder.
- `stored_object`: one object: read, given a version, brought to order again after a crash.
- `durable`: files that are on the disk when the call returns.
"""
