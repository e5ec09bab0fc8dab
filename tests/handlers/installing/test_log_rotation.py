"""What logrotate is told to do beside rotating, which it does once for the log of a batch, and never again."""

import os
import re
import subprocess
import time
from pathlib import Path

ROTATION = Path(__file__).parents[3] / "systemd" / "mdwatch.logrotate"
_DAY = 86_400


def test_logs_of_batches_are_kept_for_a_year_and_no_longer(tmp_path: Path) -> None:
    script = re.search(r"lastaction\n(.*?)endscript", ROTATION.read_text(encoding="utf-8"), re.DOTALL)
    assert script is not None
    days = {
        "export_2026-01-01T02-00-00.log.1": 370,
        "export_2026-01-02T02-00-00.log.1.gz": 370,
        "export_2026-12-01T02-00-00.log.1": 30,
        "dc.log.1": 370,
    }
    for name, age in days.items():
        (tmp_path / name).touch()
        moment = time.time() - age * _DAY
        os.utime(tmp_path / name, (moment, moment))
    subprocess.run(["sh", "-ec", script[1].replace("/var/log/mdwatch", str(tmp_path))], check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dc.log.1", "export_2026-12-01T02-00-00.log.1"]
