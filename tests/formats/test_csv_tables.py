"""Sheets as CSV, where they are read."""

import threading

import pytest

from mdwatch.formats import table

_SECONDS = 20


def test_of_two_sheets_that_are_read_at_once_both_may_have_long_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    first = threading.Thread(target=lambda: table.read(b"a,b\n"))
    first_begun, second_begun = threading.Event(), threading.Event()
    lines = table._LINES

    class FirstEndsWithinSecond:
        def findall(self, text: str) -> list[str]:
            if threading.current_thread() is first:
                first_begun.set()
                second_begun.wait(_SECONDS)
            else:
                second_begun.set()
                first.join(_SECONDS)
            return lines.findall(text)

    monkeypatch.setattr(table, "_LINES", FirstEndsWithinSecond())
    first.start()
    assert first_begun.wait(_SECONDS)
    (line,) = table.read(f"a,{'x' * 200_000}\n".encode())
    assert len(line.cells[1]) == 200_000
    assert not first.is_alive()
