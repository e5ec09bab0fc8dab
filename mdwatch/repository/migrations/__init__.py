"""Migrations of the database by Alembic, applied when the repository is opened.

A new one: a module in `versions/` named by the next number, `HEAD` in `engine` set to it, `tables` brought to the same
state; a test holds the three together. `env` is what Alembic runs.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Brings the database of this transaction to the newest migration, whatever another process did meanwhile."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
