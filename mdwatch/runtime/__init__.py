"""What handlers work with and none of them is: opened once by the daemon or a command, and handed on.

What reacts to something is a handler and never stands here; no rule, no policy, no statement of SQL.

- `context`: settings, repository, clock, who acts. `acting`: what is done by hand is recorded.
- `first_use`: whether there was a repository before. `ownership`: whose is what root makes.
- `lease`: being the only one who works on a job, or the only daemon; `lease_names`, `lease_holders`: what there are
  leases for, and who has them. `pausing`: whether a job is paused.
  `identity`: who a process is, as their holder; `nearness`: whether that one is there. `presence`: being seen by
  processes in other containers. `keeping`: leases in a server's database, kept while their holder lives.
  `batch_holders`: who has what of the batch of exports.
- `worker_loop`: the loop of every worker.
- `later`: what libraries import for nothing stays unread; `unread`: so it does where it is imported first.
- `heartbeat`: where a thread of the daemon is, for its supervisor. `processes`: worker processes that end with us;
  `passing_on`: what goes to them.
- `forked`: processes forked, wherever mdwatch was called; `piped`: one that is asked one thing after the other.
  `confinement`: one under limits, which may die of a call; `transforming`: stylesheets in it.
- `formats`: the exporters at hand, ours and those that installed packages bring. `site`: what the settings have exports
  tell. `metrics`: what is counted and timed; `counted`: the same where nobody may serve it.
- `web_client`: others are asked over HTTP, until their time is up; `mail_client`: so are mail servers; `haste`: how.
- `news`: harvesters are told again of IEs whose sets came or went, or that lost their publication.
- `log_tail`: the end of a log. `other_user`: seeing with another user's eyes.
  `secret_files`: what the operator keeps secret. `unreached`: why a server is not reached.
"""
