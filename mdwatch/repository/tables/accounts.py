"""Who may do what: tokens, browsers that are signed in, and what mdwatch signs with."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table, Text

from mdwatch.repository.tables.base import Key, metadata

# Made at first use: what mdwatch signs with, so that it knows its own hand again after a restart, and on every host.
secret = Table(
    "secret",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", LargeBinary(32), nullable=False),
)

# Tokens of accounts; of each only the digest is kept.
token = Table(
    "token",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("institutions", Text),  # JSON: a list of codes; NULL: all
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
)

# Browsers that people have signed in with; of what their cookies hold only digests are kept. Each has one of: the name
# of the token, a proof that the administrators' token was known, or the OpenID provider that vouched.
sign_in = Table(
    "sign_in",
    metadata,
    Column("id", Key, primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("token", String(100)),
    Column("proof", LargeBinary(32)),
    Column("issuer", Text),
    Column("groups", Text),  # JSON: the groups that the provider told of
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
)
