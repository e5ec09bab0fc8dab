"""Assertions beside the tables of cases tell what they compared, as those of a test do."""

import pytest

pytest.register_assert_rewrite("tests.exporters.cases")
