"""What all tables have in common: where they are gathered, how what belongs to them is named, and their keys."""

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows by INTEGER alone; elsewhere the keys may outgrow 32 bits.
Key = BigInteger().with_variant(Integer, "sqlite")
