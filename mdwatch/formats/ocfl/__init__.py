"""OCFL 1.1, the Oxford Common File Layout (https://ocfl.io/1.1/spec/): objects with versions in plain files.

- `places`: the names of things: objects by their PIDs, the folder of each, what a storage root holds besides.
- `inventory`: what an object holds, in which version.
- `ie_document`: the file `ie.json` of an object: all that a database knows of an IE and its METS does not say.
"""
