"""An operator asks about files, puts error files back or aside. What applies files belongs to `updates`.

- `check`: what would happen to these files; `folder_check`: to all that lie in a drop folder;
  `trying`: to error files that are tried again.
  `explain`: why one waits, or where it went and why.
  `holdups`: what else is in its way. `content`: what is in it.
- `errors`: what lies in `error/`, what to do about it, and what is settled. `retry`: error files are put back,
  `retry_verdict`: if they may. `dismiss`: they are put aside. `errands`: either is asked for, for many files at a time;
  `errand_work`: that is carried out, `errand_holders`: by whom. `chosen`: the files that are meant; `moves`: they go,
  as they were judged; `interrupted`: what was cut short is finished.
- `audit`: everything is accounted for, `audit_worker`: every night, by the daemon. `audit_repeats`: what was applied
  twice.
- `public`: what was found, in the public shapes.
"""
