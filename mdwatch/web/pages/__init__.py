"""The operators' page: what someone who dropped a file wants to know at a glance, as HTML that works by itself.

- `overview`, which begins with what needs `attention`; `job_pages`, `file_pages`, `ie_pages`, `export_pages`,
  `set_pages`, `search_pages`, `notification_pages`, `act_pages`, `harvest_pages`: what is shown, a module a topic.
  `charts`: pictures of the last days; `pace`: of a batch.
- `error_pages`: the work list of error files, which `work_list` finds; `errand_pages`: what is being done with many.
- `job_forms`, `error_forms`, `ie_forms`, `export_forms`, `set_forms`: the buttons; each acts, leaves a notice and leads
  back (`forms`, `notices`).
- `ie_questions`: what is asked before some of them. `undo_pages`: undoing a run.
  `sheet_pages`: many records at once, as sheets. `sign_in`: in with a browser, and out; `openid_pages`: by a
  provider.
- `gathering`, `recent`: what pages show of jobs and exports, without waiting for a share or a costly count.
- `table`: the routes of all of them.
- `words`: states and outcomes in plain words. `log_tail`: the end of a log. `rendering`: templates, and whatever
  text there is made safe to show. `assets`: style sheet and script.

Every page is whole without JavaScript. With it, `assets/page.js` asks for the same page every few seconds and changes
what differs. Nothing is fetched from elsewhere, and no style or script stands in a page.
"""
