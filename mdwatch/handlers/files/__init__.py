"""An operator asks about files, and puts error files back. What applies files belongs to `updates`.

- `check`: what would happen to these files. `explain`: why one waits, or where it went and why.
- `errors`: what lies in `error/` and what to do about it. `retry`: error files are put back.
- `public`: what is found, in the public shapes.
"""
