"""The Containerfile, as far as its text tells; tests/system/test_container.py builds it where there is a builder."""

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
STEPS = [line.split(maxsplit=1) for line in TEXT.splitlines() if line and not line.startswith("#")]


def of(name: str, steps: list[list[str]] = STEPS) -> list[str]:
    return [arguments for step, arguments in steps if step == name]


def test_every_step_is_one_there_is() -> None:
    known = {
        "ARG",
        "FROM",
        "RUN",
        "WORKDIR",
        "COPY",
        "VOLUME",
        "EXPOSE",
        "USER",
        "HEALTHCHECK",
        "STOPSIGNAL",
        "ENTRYPOINT",
    }
    assert {step for step, _ in STEPS} <= known | {"CMD"}


def test_its_bases_are_of_one_release() -> None:
    assert [item.split()[0] for item in of("FROM")] == ["${BASE}", "${BASE}"]
    assert re.search(r":(?!latest)[\w.-]+$", of("ARG")[0])


def test_what_is_copied_is_there_or_was_made() -> None:
    stages = [item.split()[2] for item in of("FROM") if " AS " in item]
    for item in of("COPY"):
        *sources, _ = [word for word in shlex.split(item) if not word.startswith("--")]
        stage = re.search(r"--from=(\S+)", item)
        assert stage is None or stage[1] in stages
        assert stage is not None or all((ROOT / source).exists() for source in sources)


def test_packages_are_installed_without_what_is_not_needed() -> None:
    for item in of("RUN"):
        if "apt-get install" in item:
            assert "apt-get update" in item
            assert "--no-install-recommends" in item
            assert "rm -rf /var/lib/apt/lists/*" in item


def test_the_last_stage_runs_as_its_user_and_gets_signals_itself() -> None:
    last = STEPS[max(number for number, (step, _) in enumerate(STEPS) if step == "FROM") :]
    user = re.search(r"--uid (\d+)", " ".join(of("RUN", last)))
    assert user is not None
    assert of("USER", last)[-1] == f"{user[1]}:{user[1]}"
    # A shell in between would keep SIGTERM for itself.
    assert [item[0] for item in of("ENTRYPOINT", last) + of("CMD", last)] == ["[", "["]
    assert "8650/healthz" in of("HEALTHCHECK", last)[0]


def test_what_is_made_here_stays_here() -> None:
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", "build"} <= set(ignored)
    assert (ROOT / ".dockerignore").read_text(encoding="utf-8").split() == ignored
