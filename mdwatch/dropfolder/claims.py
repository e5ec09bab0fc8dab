"""Which job has which folder, so that no two jobs of one process work in the same one under two names."""

import threading


class FolderClaims:
    """Folders by the job that has them; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folders: dict[str, tuple[int, int]] = {}

    def claim(self, job: str, folder: tuple[int, int]) -> str | None:
        """Has the folder, by device and inode, be this job's in place of the one it had; else whose it is."""
        with self._lock:
            other = next((name for name, item in self._folders.items() if item == folder and name != job), None)
            if other is None:
                self._folders[job] = folder
            return other

    def release(self, job: str) -> None:
        """Gives up the folder of a job."""
        with self._lock:
            self._folders.pop(job, None)
