"""mdwatch.toml: what is right is read, and all that is wrong is told at once, each with its path."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL, make_url

from mdwatch import config
from mdwatch.config import Settings, storage
from mdwatch.config.kinds import NamedKind
from mdwatch.errors import ConfigError
from mdwatch.formats.xml import Limits
from mdwatch.model import Role
from mdwatch.rules import cron_words
from mdwatch.watch import schedule

USERS = {"ann": {"institution": "INS01", "role": "editor-full"}}


def job(**changes: Any) -> dict[str, Any]:
    return {"user": "ann", "folder": "/srv/drop"} | changes


def check(**raw: Any) -> Settings:
    return config.check(raw, "f.toml")


def faults(**raw: Any) -> list[str]:
    """The faults, each without the name of the file, which must be there."""
    with pytest.raises(ConfigError) as caught:
        check(**raw)
    assert str(caught.value) == "\n".join(caught.value.faults)
    assert all(fault.startswith("f.toml: ") for fault in caught.value.faults)
    return [fault.removeprefix("f.toml: ") for fault in caught.value.faults]


def job_faults(**changes: Any) -> list[str]:
    return faults(users=USERS, jobs={"dc": job(**changes)})


# --- what is right ----------------------------------------------------------------------------------------------------


def test_an_empty_file_has_all_defaults() -> None:
    settings = check()
    assert settings.repository.url == "sqlite:////var/lib/mdwatch/mdwatch.db"
    assert settings.logs.directory == Path("/var/log/mdwatch")
    assert settings.logs.level == "info"
    assert settings.limits.limits() == Limits()
    assert settings.workers.processes == "auto"
    assert "mods" in settings.source.subtypes
    assert (dict(settings.users), dict(settings.jobs)) == ({}, {})


def test_a_job_has_its_defaults() -> None:
    dc = check(users=USERS, jobs={"dc": job()}).jobs["dc"]
    assert dc.folder == Path("/srv/drop")
    assert dc.ignore_field_sequence is True
    assert (dc.schedule, dc.watch) == ("watch", "auto")
    assert (dc.settle_seconds, dc.sweep_seconds, dc.order_wait) == (2, 30, 30)
    assert dc.include == ("*.xml", "*.XML")
    assert dc.group_size == 250


@pytest.mark.parametrize("role", Role)
def test_every_role_can_be_named(role: Role) -> None:
    users = {"u": {"institution": "X", "role": role.value}}
    assert check(users=users).users["u"].role is role


@pytest.mark.parametrize(
    ("institution", "covered", "not_covered"),
    [
        ("INS01", ["INS01"], ["INS02", "ins01", "", "INS011", "*"]),
        (["INS01", "INS02"], ["INS01", "INS02"], ["INS03", "INS01,INS02"]),
        ("*", ["INS01", "anything", ""], []),
        (["INS01", "*"], ["INS01", "anything"], []),
    ],
)
def test_a_user_covers_institutions(institution: Any, covered: list[str], not_covered: list[str]) -> None:
    user = check(users={"u": {"institution": institution, "role": "editor-full"}}).users["u"]
    assert all(user.covers(code) for code in covered)
    assert not any(user.covers(code) for code in not_covered)


@pytest.mark.parametrize("schedule", ["watch", "manual", "0 2 * * *", "*/5 8-18 * * 1-5", "0 0 1 1 *", "30 4 * * SUN"])
def test_schedules(schedule: str) -> None:
    assert check(users=USERS, jobs={"dc": job(schedule=schedule)}).jobs["dc"].schedule == schedule


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////var/lib/mdwatch/mdwatch.db",
        "sqlite+pysqlite:////x.db",
        "postgresql://u:p@h/db",
        "postgresql+psycopg:///db",
    ],
)
def test_database_urls(url: str) -> None:
    assert check(repository={"url": url}).repository.url == url


@pytest.mark.parametrize("name", ["dc", "DC-2", "a.b_c", "1", "x" * 100])
def test_names(name: str) -> None:
    assert list(check(users=USERS, jobs={name: job()}).jobs) == [name]


@pytest.mark.parametrize("processes", [0, 1, 64, "auto"])
def test_processes(processes: int | str) -> None:
    assert check(workers={"processes": processes}).workers.processes == processes


def test_settings_do_not_change_after_they_were_read() -> None:
    settings = check(users=USERS, jobs={"dc": job()})
    with pytest.raises(AttributeError):
        setattr(settings.jobs["dc"], "group_size", 5)  # noqa: B010 - mypy knows it is read-only


# --- what is wrong ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ({"nope": 1}, "nope: unknown setting; `mdwatch config show --defaults` prints all there are"),
        ({"logs": {"nope": 1}}, "logs.nope: unknown setting"),
        ({"log": {}}, "log: unknown setting; did you mean logs? `mdwatch config show --defaults`"),
        ({"http": {"listen_on": "x"}}, "http.listen_on: unknown setting; did you mean listen?"),
        ({"users": {"u": {"rolle": "x"}}}, "users.u.rolle: unknown setting; did you mean role?"),
        (
            {"logs": {"level": "Warn"}},
            'logs.level: must be "debug", "info", "warning" or "error"; did you mean "warning"?',
        ),
        ({"logs": {"directory": "rel"}}, 'logs.directory: must be an absolute path (got "rel")'),
        ({"logs": {"level": "loud"}}, 'logs.level: must be "debug", "info", "warning" or "error" (got "loud")'),
        ({"logs": []}, "logs: must be a table (got [])"),
        ({"repository": {"url": "nonsense"}}, "repository.url: must be a database URL such as sqlite:////var"),
        ({"repository": {"url": "mysql://h/db"}}, "repository.url: must be a sqlite or postgresql URL"),
        ({"repository": {"url": "sqlite:///rel.db"}}, "repository.url: must name a file by an absolute path"),
        ({"repository": {"url": "sqlite://"}}, "repository.url: must name a file by an absolute path"),
        ({"repository": {"url": "sqlite:///:memory:"}}, "repository.url: must name a file by an absolute path"),
        ({"repository": {"busy_seconds": -1}}, "repository.busy_seconds: must be at least 0"),
        ({"users": {"u": {"role": "editor-full"}}}, "users.u.institution: missing; it has no default"),
        ({"users": {"u": {"institution": "X"}}}, "users.u.role: missing; it has no default"),
        ({"users": {"u": {"institution": "X", "role": "admin"}}}, 'users.u.role: must be "editor-full", '),
        ({"users": {"u": {"institution": " ", "role": "editor-full"}}}, "users.u.institution: must be an institution"),
        ({"users": {"u": {"institution": [], "role": "editor-full"}}}, "users.u.institution: must be an institution"),
        ({"users": {"u": {"institution": [1], "role": "editor-full"}}}, "users.u.institution: must be an institution"),
        ({"users": {"u": {"institution": 3, "role": "editor-full"}}}, "users.u.institution: must be an institution"),
        ({"users": {"a b": USERS["ann"]}}, "users.a b: must be a name of letters"),
        ({"users": 3}, "users: must be a table (got 3)"),
        ({"jobs": [1]}, "jobs: must be a table (got [1])"),
        ({"jobs": {"../x": 3}}, "jobs.../x: must be a name of letters"),
        ({"limits": {"bytes": 999}}, "limits.bytes: must be at least 1000 (got 999)"),
        ({"limits": {"depth": 251}}, "limits.depth: must be at most 250 (got 251)"),
        ({"limits": {"attributes": 5_001}}, "limits.attributes: must be at most 5000"),
        ({"limits": {"namespaces": 1}}, "limits.namespaces: must be at least 10"),
        ({"limits": {"elements": "many"}}, "limits.elements: must be a whole number"),
        ({"workers": {"processes": 65}}, 'workers.processes: must be "auto" or a number from 0 to 64 (got 65)'),
        ({"workers": {"processes": "all"}}, 'workers.processes: must be "auto" or a number from 0 to 64 (got "all")'),
        ({"source": {"subtypes": 3}}, "source.subtypes: must be a list, such as"),
        ({"source": {"subtypes": ["mods", 3]}}, "source.subtypes[1]: must be text in quotation marks (got 3)"),
    ],
)
def test_a_fault_has_its_path_and_what_was_given(raw: dict[str, Any], fault: str) -> None:
    found = faults(**raw)
    assert any(item.startswith(fault) for item in found), found


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"folder": "drop"}, 'jobs.dc.folder: must be an absolute path (got "drop")'),
        ({"folder": 3}, "jobs.dc.folder: must be a path in quotation marks"),
        ({"folder": "/srv/\0drop"}, "jobs.dc.folder: not a path that can be followed: embedded null byte"),
        (
            {"schedule": "often"},
            'jobs.dc.schedule: must be "watch", "manual", a cron expression or a word such as "@daily" (Wrong',
        ),
        ({"schedule": ""}, 'jobs.dc.schedule: must be "watch", "manual", a cron expression'),
        ({"schedule": "0 25 * * *"}, "jobs.dc.schedule: must be"),
        ({"schedule": "0 0 30 2 *"}, "jobs.dc.schedule: must be"),
        ({"schedule": "Watch"}, "jobs.dc.schedule: must be"),
        ({"watch": "poll"}, 'jobs.dc.watch: must be "auto", "inotify" or "sweep" (got "poll")'),
        ({"settle_seconds": -1}, "jobs.dc.settle_seconds: must be at least 0 (got -1)"),
        ({"settle_seconds": float("nan")}, "jobs.dc.settle_seconds: must be at most 86400 (got nan)"),
        ({"order_wait": float("inf")}, "jobs.dc.order_wait: must be at most 86400 (got inf)"),
        ({"sweep_seconds": 0}, "jobs.dc.sweep_seconds: must be more than 0 (got 0)"),
        ({"include": []}, "jobs.dc.include: "),
        ({"group_size": 0}, "jobs.dc.group_size: must be at least 1 (got 0)"),
        ({"group_size": 1_001}, "jobs.dc.group_size: must be at most 1000 (got 1001)"),
        ({"ignore_field_sequence": "maybe"}, "jobs.dc.ignore_field_sequence: must be true or false"),
        ({"ignore_fields": True}, "jobs.dc.ignore_fields: unknown setting"),
        ({"user": "bob"}, 'jobs.dc.user: there is no [users.bob] (got "bob")'),
    ],
)
def test_a_fault_of_a_job_is_told_alone(changes: dict[str, Any], fault: str) -> None:
    (found,) = job_faults(**changes)
    assert found.startswith(fault)


@pytest.mark.parametrize(
    "path", ["/a", "/var/lib/mdwatch/mdwatch.db", "/a.b/c-d_e/F0", "/./..", "/-", "/a//b", "/a b", "/", "/a?mode=ro"]
)
def test_the_url_of_a_file_is_what_sqlalchemy_reads_it_as(path: str) -> None:
    url = f"sqlite:///{path}"
    assert check(repository={"url": url}).repository.url == url
    if storage.PLAIN_FILE.fullmatch(url):
        assert make_url(url) == URL.create("sqlite", database=path)


def test_of_the_urls_of_files_the_plain_ones_are_known_at_once() -> None:
    known = ["/a", "/var/lib/mdwatch/mdwatch.db", "/a.b/c-d_e/F0"]
    assert all(storage.PLAIN_FILE.fullmatch(f"sqlite:///{path}") for path in known)
    others = ["a", "/a?mode=ro", "/a%20b", "/a#b", "/a@b", "/a b", "/a\n", "//a", ""]
    assert not any(storage.PLAIN_FILE.fullmatch(f"sqlite:///{path}") for path in others)


def test_all_faults_are_told_at_once() -> None:
    found = faults(
        nope=1,
        repository={"url": "nonsense", "busy_seconds": -1},
        users={"ann": {"institution": "", "role": "x"}},
        jobs={
            "one": {"folder": "rel", "group_size": 0},
            "two": {"user": "bob", "folder": "/srv/a", "schedule": "often", "x": 1},
            "three": {"user": "eve", "folder": "/srv/a/b"},
        },
    )
    paths = [fault.partition(": ")[0] for fault in found]
    assert sorted(paths) == sorted(
        [
            "nope",
            "repository.url",
            "repository.busy_seconds",
            "users.ann.institution",
            "users.ann.role",
            "jobs.one.user",
            "jobs.one.folder",
            "jobs.one.group_size",
            "jobs.two.schedule",
            "jobs.two.x",
            "jobs.two.user",
            "jobs.three.user",
            "jobs.three.folder",
        ]
    )


def test_a_long_value_is_not_repeated_in_full() -> None:
    (found,) = faults(logs={"level": "x" * 10_000})
    assert len(found) < 300


@pytest.mark.parametrize("url", ["mysql://mdwatch:s3cret@host/db", "sqlite+x://mdwatch:s3cret@host"])
def test_a_password_is_not_shown(url: str) -> None:
    (found,) = faults(repository={"url": url})
    assert "s3cret" not in found
    assert "mdwatch" in found


# --- faults between settings ------------------------------------------------------------------------------------------


def two(one: Path | str, other: Path | str) -> list[str]:
    return faults(users=USERS, jobs={"one": job(folder=str(one)), "two": job(folder=str(other))})


@pytest.mark.parametrize(
    "other", ["/srv/drop", "/srv/drop/", "/srv/./drop", "/srv//drop", "/srv/x/../drop", "/../srv/drop"]
)
def test_two_jobs_do_not_share_a_folder(other: str) -> None:
    (found,) = two("/srv/drop", other)
    assert found == f'jobs.two.folder: the same folder as jobs.one ("{other}"); each job needs its own'


@pytest.mark.parametrize(
    ("one", "other"),
    [("/srv/drop", "/srv/drop/sub"), ("/srv/drop/sub", "/srv/drop"), ("/srv/drop", "/srv/drop/error"), ("/", "/srv")],
)
def test_no_folder_lies_within_anothers(one: str, other: str) -> None:
    (found,) = two(one, other)
    assert found == f'jobs.two.folder: one inside the other with jobs.one ("{other}"); put them side by side'


def test_folders_side_by_side_are_fine() -> None:
    jobs = {name: job(folder=f"/srv/{name}") for name in ("drop", "drop2", "dro", "drop-x")}
    assert len(check(users=USERS, jobs=jobs).jobs) == 4


def test_links_do_not_hide_a_shared_or_nested_folder(tmp_path: Path) -> None:
    (tmp_path / "real" / "sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "chain").symlink_to("link")
    (tmp_path / "inner").symlink_to(tmp_path / "real" / "sub")
    assert "the same folder" in two(tmp_path / "real", tmp_path / "link")[0]
    assert "the same folder" in two(tmp_path / "link", tmp_path / "chain")[0]
    assert "one inside the other" in two(tmp_path / "real", tmp_path / "inner")[0]
    assert "one inside the other" in two(tmp_path / "chain" / "new" / "deep", tmp_path / "real")[0]


def test_links_that_lead_in_a_circle_are_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    (found,) = job_faults(folder=str(tmp_path / "a" / "x"))
    assert found.startswith("jobs.dc.folder: not a path that can be followed: Symlink loop")


def test_a_folder_that_is_not_there_yet_is_no_fault(tmp_path: Path) -> None:
    """It may be on a share that is not mounted; the run says so."""
    assert check(users=USERS, jobs={"dc": job(folder=str(tmp_path / "missing"))})


def test_faults_between_settings_are_told_beside_others() -> None:
    found = job_faults(user="bob", group_size=0)
    assert [fault.partition(": ")[0] for fault in found] == ["jobs.dc.group_size", "jobs.dc.user"]


def test_tables_of_the_wrong_kind_are_told_without_more() -> None:
    assert len(faults(users=[], jobs={"dc": 3})) == 2


# --- the file ---------------------------------------------------------------------------------------------------------


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "mdwatch.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def load_faults(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    return caught.value.faults


def test_a_file_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        [users.ann]
        institution = ["INS01", "INS02"]
        role = "editor-typical"
        [jobs.dc]
        user = "ann"
        folder = "/srv/dröp"
        ignore_field_sequence = false
        schedule = "0 2 * * *"
        """,
    )
    dc = config.load(path).jobs["dc"]
    assert (dc.folder, dc.ignore_field_sequence, dc.schedule) == (Path("/srv/dröp"), False, "0 2 * * *")


def test_the_mark_that_some_editors_begin_a_file_with_is_no_fault(tmp_path: Path) -> None:
    assert config.load(write(tmp_path, b"\xef\xbb\xbf[logs]\r\nlevel = 'debug'\r\n")).logs.level == "debug"


def test_faults_name_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "nope = 1\n[logs]\nlevel = 'loud'\n")
    assert [fault.split(": ")[:2] for fault in load_faults(path)] == [[str(path), "logs.level"], [str(path), "nope"]]


@pytest.mark.parametrize("text", ["[jobs", "a = ", "a = 1\na = 2", "[jobs.dc]\n[jobs.dc]", b"a = '\xff'", b"\0", "a"])
def test_a_file_that_is_no_toml_is_told(tmp_path: Path, text: str | bytes) -> None:
    (found,) = load_faults(write(tmp_path, text))
    assert found.startswith(f"{tmp_path / 'mdwatch.toml'}: is not valid TOML: ")


def test_a_fault_of_toml_names_the_line(tmp_path: Path) -> None:
    assert "line 3" in load_faults(write(tmp_path, "\n[logs]\nlevel = \n"))[0]


def test_a_file_that_cannot_be_read_is_told_with_the_remedy(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.toml", tmp_path):
        (found,) = load_faults(path)
        assert found.startswith(f"{path}: cannot be read (")
        assert "MDWATCH_CONFIG" in found


def test_what_is_there_twice_is_told_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text("[users.u]\n[users.u]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"the table \[users\.u\] is there twice; .* \(at line 2, column 9\)"):
        config.load(path)
    path.write_text("[logs]\nlevel = 'info'\nlevel = 'info'\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"a setting is there twice; remove one \(at line 3"):
        config.load(path)


def test_a_text_where_a_list_is_meant_is_a_list_of_one() -> None:
    settings = check(
        http={"listen": "127.0.0.1:9000", "hosts": "md.example.org"},
        source={"subtypes": "mods"},
        export={"formats": "oai_dc"},
        oai={"admin_emails": "archive@example.org"},
        users=USERS,
        jobs={"dc": {"user": "ann", "folder": "/srv/dc", "include": "*.xml"}},
    )
    assert settings.http.listen == ("127.0.0.1:9000",)
    assert settings.http.hosts == ("md.example.org",)
    assert settings.source.subtypes == ("mods",)
    assert settings.export.formats == ("oai_dc",)
    assert settings.oai.admin_emails == ("archive@example.org",)
    assert settings.jobs["dc"].include == ("*.xml",)


@pytest.mark.parametrize("word", [*cron_words.WORDS, "@Daily", "0 2 * * mon-FRI", "0 2 1 JAN,jul *"])
def test_schedules_may_be_words(word: str) -> None:
    settings = check(users=USERS, jobs={"dc": job(schedule=word)}, export={"nightly": word})
    moment = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
    assert schedule.next_after(settings.jobs["dc"].schedule, moment) > moment


def any_faults(name: str, value: object) -> set[str]:
    """The faults of one setting, if it has any."""
    try:
        check(**{name: value})
    except ConfigError as error:
        return set(error.faults)
    return set()


def test_no_word_of_python_is_told() -> None:
    """Every setting, given values of every kind that TOML has."""
    values = ["x", 3, -1, 1.5, True, [], [1], ["x"], {}, {"x": 1}, float("nan"), "", "x" * 9999, datetime.now(UTC)]
    words = re.compile(
        r"\b(?:valid|tuple|dict|dictionary|str|int|bool|instance|None|True|False|input|integer|Extra|regex)\b"
    )
    told = set()
    for name, (kind, _) in Settings.SETTINGS.items():
        table: Any = kind.kind if isinstance(kind, NamedKind) else kind
        for value in values:
            told |= any_faults(name, value)
            for setting in table.section.SETTINGS:
                inner: Any = {setting: value}
                told |= any_faults(name, {"x": inner} if isinstance(kind, NamedKind) else inner)
    assert len(told) > 200
    assert [fault for fault in told if words.search(fault.split(" (got ")[0])] == []


# --- other repositories -----------------------------------------------------------------------------------------------


def repository_faults(**raw: Any) -> list[str]:
    jobs = {"dc": job(repository="archive")}
    return faults(**{"users": USERS, "jobs": jobs, "repositories": {"archive": {"ocfl": "/srv/archive"}}} | raw)


def test_a_job_may_work_for_another_repository() -> None:
    settings = check(
        users=USERS,
        jobs={"dc": job(repository="archive"), "mods": job(folder="/srv/mods", repository="fedora")},
        repositories={
            "archive": {"ocfl": "/srv/archive"},
            "fedora": {"plugin": "fedora", "options": {"url": "https://fedora.example.org"}},
        },
    )
    assert settings.jobs["dc"].repository == "archive"
    assert settings.repositories["fedora"].options == {"url": "https://fedora.example.org"}


def test_faults_of_other_repositories() -> None:
    either = "must have either ocfl, the path of a store, or plugin, what an installed package brings"
    archive = "/srv/archive"
    assert repository_faults(repositories={}) == [
        'jobs.dc.repository: there is no [repositories.archive] (got "archive")'
    ]
    for table in ({}, {"ocfl": archive, "plugin": "fedora"}):
        assert either in repository_faults(repositories={"archive": table})[0]
    assert "options" in repository_faults(repositories={"archive": {"ocfl": archive, "options": {"a": "b"}}})[0]
    assert "absolute" in repository_faults(repositories={"archive": {"ocfl": "archive"}})[0]
    assert repository_faults(jobs={"a": job(repository="archive"), "b": job(folder="/b", repository="archive")}) == [
        "jobs.b.repository: jobs.a works for it, too; only one job may"
    ]
    assert repository_faults(store={"ocfl": "/srv/./archive"}) == [
        'repositories.archive.ocfl: the same folder as store.ocfl (got "/srv/archive"); each needs its own'
    ]
    assert repository_faults(harvests={"cat": {"base_url": "https://a.example.org/oai", "job": "dc"}}) == [
        "harvests.cat.job: jobs.dc works for another repository, and records are matched to our own"
    ]
