"""What a batch of exports was asked to do, in words for logs and people."""

from datetime import datetime

from mdwatch.model import Batch


def described(batch: Batch) -> str:
    """What a batch was asked to do, in words."""
    match batch.kind:
        case "all":
            return "export all that is due"
        case "nightly":
            return "nightly export of what is due"
        case "set":
            return f"export of the set {batch.set_spec}, for which every IE is looked at"
        case "redo" if batch.older_than is not None:
            moment = datetime.fromtimestamp(batch.older_than // 1000).astimezone()
            return f"export anew what was exported before {moment:%Y-%m-%d %H:%M:%S}{_in_formats(batch)}"
        case _:
            return f"export everything anew{_in_formats(batch)}"


def _in_formats(batch: Batch) -> str:
    return "" if batch.formats is None else f", only as {', '.join(batch.formats)}"
