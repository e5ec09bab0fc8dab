"""A store, judged by somebody else: the validator of ocfl-py."""

import io
import warnings
from contextlib import redirect_stdout
from pathlib import Path

with warnings.catch_warnings():
    # Of the libraries it brings, when they are imported.
    warnings.simplefilter("ignore")
    import ocfl  # type: ignore[import-untyped]


def invalid(root: Path) -> list[str]:
    """What is wrong with the storage root and every object in it, errors and warnings alike."""
    said = io.StringIO()
    with redirect_stdout(said):
        fine = ocfl.StorageRoot(str(root)).validate(
            validate_objects=True, check_digests=True, log_warnings=True, log_errors=True
        )
    wrong = [line for line in said.getvalue().splitlines() if "[" in line]
    assert fine or wrong, said.getvalue()
    return wrong
