"""People and programs are told of what happened, by mail and by webhooks; nobody who works waits for that.

Whatever happens is noted in the transaction in which it happens (`repository.occurrences`); what is here comes later.

- `worker`: the daemon's thread. `routing`: messages are made of what happened. `sending`: each is tried until it went.
- `mail`, `webhook`: the two ways out. `delivery`: what both have in common. `wording`: what a message says.
- `reading`: somebody looks at messages. `trial`: somebody tries the settings. `setup`: whether they can be right.
- `parts`: what becomes of the parts of the daemon is noted.
"""
