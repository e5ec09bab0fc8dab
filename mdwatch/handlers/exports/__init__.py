"""Every published IE is kept exported. What a format says belongs to `exporters`, what harvesters ask for to `oai`.

- `worker`: exports are kept current as long as the daemon lives; `tools`: what it works with; `nightly`: its tick.
- `batch`: one batch is asked for, run, taken up again; `batch_words`: what it was asked; `slices`: what
  each process takes of it; `helping`: of the batch of another one; `telling`: what its log says; `batch_status`:
  somebody follows it; `request`: a command wants one.
- `group`: a group of IEs is exported in one transaction; `documents`: its documents are made, in processes where there
  are many (`processes`, `maker_process`, `forking`; `silences`: what is not tried there for a while); `making`: those
  of one IE; `membership`: the OAI sets that an IE belongs to are brought up to date with it; `first_failures`: others
  are told of what fails.
- `reading`: somebody asks how exports stand; `serving`: clients ask for documents as they are kept.
- `public`: what is found, in the public shapes.
"""
