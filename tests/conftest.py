"""What every test has: a service log that says nothing."""

import pytest

from mdwatch import logs


@pytest.fixture(autouse=True)
def _quiet_service_log() -> None:
    logs.configure_service_log("critical")
