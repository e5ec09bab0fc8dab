"""What systemd is told (sd_notify(3)): ready, stopping, reloading, alive, and a line of status."""

import os
import socket
import time


def notify(*lines: str) -> bool:
    """Sends assignments such as `READY=1`; whether anybody listens. A lost message is no fault of ours."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.sendto("\n".join(lines).encode("utf-8", "backslashreplace"), address)
    except OSError:
        return False
    return True


def reloading() -> bool:
    """Tells that a reload begins; `READY=1` ends it."""
    return notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")


def watchdog_seconds() -> float | None:
    """Within how many seconds systemd wants to hear that we live, or None where it does not ask."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    process = os.environ.get("WATCHDOG_PID", "")
    if not microseconds.isdigit() or (process and process != str(os.getpid())):
        return None
    return int(microseconds) / 1_000_000
