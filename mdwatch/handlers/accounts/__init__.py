"""Who may do what over HTTP: accounts, their tokens, and what belongs to the institutions they cover.

- `tokens`: made, listed, revoked; and whose a token is. `scope`: whether an account covers what it asks for.
"""
