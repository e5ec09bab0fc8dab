"""Networks of their own, for processes that are cut off: a wire taken down swallows what is sent, and tells nobody."""

import os
import shutil
import subprocess

from tests import postgres


def _ip(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)


def why_not() -> str:
    """Why there can be none; empty where there can."""
    if postgres.programs() is None:
        return "no PostgreSQL here; Debian has it as postgresql"
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return "needs root, and Debian's iproute2"
    name = f"mdwatch-try-{os.getpid()}"
    made = _ip("netns", "add", name).returncode == 0
    _ip("netns", "delete", name)
    return "" if made else "networks of their own cannot be made here"


class Network:
    """A network of its own, and the wire to it; of several, each has its number."""

    def __init__(self, number: int = 0) -> None:
        self.name = f"mdwatch-{os.getpid()}-{number}"
        self._wire = f"mdw{os.getpid() % 10**6}x{number}"
        # Of those kept for trials of networks; four each, of which the two in the middle are somebody's.
        mine = f"198.{18 + os.getpid() // 256 % 2}.{os.getpid() % 256}"
        self.here, self._there = f"{mine}.{4 * number + 1}", f"{mine}.{4 * number + 2}"

    def lay(self) -> None:
        """Makes it."""
        far = f"{self._wire}n"
        for command in (
            f"netns add {self.name}",
            f"link add {self._wire} type veth peer name {far}",
            f"link set {far} netns {self.name}",
            f"address add {self.here}/30 dev {self._wire}",
            f"link set {self._wire} up",
            f"-n {self.name} address add {self._there}/30 dev {far}",
            f"-n {self.name} link set {far} up",
            f"-n {self.name} link set lo up",
        ):
            done = _ip(*command.split())
            assert done.returncode == 0, f"ip {command}: {done.stderr}"

    def cut(self) -> None:
        """From now on nothing comes through."""
        assert _ip("link", "set", self._wire, "down").returncode == 0

    def mend(self) -> None:
        """From now on all comes through again."""
        assert _ip("link", "set", self._wire, "up").returncode == 0

    @property
    def inside(self) -> tuple[str, ...]:
        """What a command begins with that is to be run in it."""
        return ("ip", "netns", "exec", self.name)

    def remove(self) -> None:
        """Removes it, and the wire with it."""
        _ip("link", "delete", self._wire)
        _ip("netns", "delete", self.name)
