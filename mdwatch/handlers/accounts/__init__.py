"""Who may do what over HTTP: accounts, their tokens, and what belongs to the institutions they cover.

- `tokens`: made, listed, revoked; and whose a token is. `sessions`: of browsers that people have signed in with.
- `openid`: people sign in by a provider of OpenID Connect; `openid_http` asks it, `id_tokens` checks what it signs.
- `scope`: whether an account covers what it asks for.
"""
