"""The rules, pure: tables over closed facts, and one function each that reads its table.

Theory of operation. A handler first looks: it gathers all facts, the clock included. A rule then decides: it turns
facts into a verdict, a value that says what is to happen and why. The handler carries the verdict out. So every rule
can be read here like the page it comes from, and tested over the whole product of its facts.

- `codes`: the verdicts on an updateMD file, what each means for the file, the run and the people.
- `admission`: the checks of an updateMD file in their order; the first that fails decides the whole file. `evidence`:
  what a verdict rests on; `reasons`: the sentence that says so.
- `mids`: which source record a mid means.
- `subtypes`: which type and subtype may be updated, and when two subtypes are the same.
- `matching`: which IE a harvested record is about. `harvest_ends`: how a harvest ends, and what the next one asks for.
- `arrival`: which entries of a drop folder are taken, and why the others are not.
- `sequence`: the order in which files take effect.
- `supersession`: whether a file may be tried again though its records were changed since; `settlement`: whether another
  file has done what an error file was to do.
- `audit`: what an audit makes of what it sees.
- `settling`: when a file counts as written to its end, and what holds back the files after it.
- `patience`: what was seen of each file from look to look. `grace`: time for files that are not well-formed yet.
- `recognition`: when a file is one that was decided before. `faults`: whether a fault is one entry's or its folder's.
- `naming`: names under which a file is put away without overwriting another.
- `outcome`: how a run ends. `job_turns`: what the worker of a job does next. `job_states`: how a job stands.
- `storing`: what is kept beyond the database. `retention`: which old rows of the journal may go.
- `exporting`: which IEs are exported, in which formats, and what becomes of a document. `membership`: who belongs to an
  OAI set; `folding`: when two texts count as the same.
- `access`: which account may use which route. `discretion`: what the history of an IE does not name. `grants`: what
  groups may do. `peers`: whose word is taken for who asks.
- `notifying`: who is told of what, and when.
- `addresses`: where mdwatch listens. `placement`: where on a machine its files go.
- `cron_words`: words for schedules. `moments`: which kept moments can be believed. `time_zones`: what TZ may say.
- `holders`: whether whoever holds a lease is there. `sharing`: how daemons that share a repository share its jobs.
- `acts`: what is done by hand, for the audit trail. `undoing`: which IEs of a run can be taken back.

What may not be here: disk, database, clock, log, threads.
"""
