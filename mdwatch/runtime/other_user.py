"""Seeing with another user's eyes: what is asked is asked in a process of its own that has become that user."""

import grp
import json
import os
import pwd
from collections.abc import Callable, Sequence

from mdwatch.errors import UsageError
from mdwatch.formats.printable import escape


def ask(user: str, groups: Sequence[str], question: Callable[[], list[str]]) -> list[str]:
    """What a question comes to for a user, who is in these groups besides; only root may ask.

    Raises `UsageError` for a user or group that there is not. For processes without threads.
    """
    try:
        there = pwd.getpwnam(user)
    except KeyError:
        raise UsageError(f"there is no user {escape(user)}") from None
    further = list(map(_group, groups))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(writing, there, further, question)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="surrogateescape") as answer:
        text = answer.read()
    os.waitpid(child, 0)
    found: list[str] = json.loads(text) if text else [f"it cannot be told what {user} may do"]
    return found


def _group(name: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise UsageError(f"there is no group {escape(name)}") from None


def _answer(writing: int, there: pwd.struct_passwd, further: list[int], question: Callable[[], list[str]]) -> None:
    """In the child: becomes the user, answers, and ends whatever happens."""
    try:
        os.initgroups(there.pw_name, there.pw_gid)
        os.setgroups([*os.getgroups(), *further])
        os.setgid(there.pw_gid)
        os.setuid(there.pw_uid)
        text = json.dumps(question())
        with os.fdopen(writing, "w", encoding="utf-8") as answer:
            answer.write(text)
    finally:
        os._exit(0)
