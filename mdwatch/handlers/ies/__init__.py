"""IEs are brought in and changed by hand; what updateMD files change belongs to `updates`.

- `load`: from Rosetta METS and native JSON, as `load_sources` reads them. `change`: lock, stage, publication, deletion,
  a version put back.
- `history`: what each version changed, field by field. `public`: that, in the public shapes.
- `presence`: whether there is any IE. `search`: those that somebody looks for. `titles`: what they are
  called.
"""
