"""A kept change as the text of its file. It reads back as the same."""

import hashlib
import json
from typing import Any

import yaml

from hingeexpert.errors import InputError
from hingeexpert.formats.documents import MOST_BYTES, read_document
from hingeexpert.knowledge.models.history import KeptChange

NO_FOLD = 1_000_000_000
"""Columns after which a text is folded: never."""


class _Writer(yaml.SafeDumper):
    """Writes each text so that no reader can take it for something else."""


def _text(writer: yaml.SafeDumper, text: str) -> yaml.Node:
    """Write a text in quotes, or of several lines as they are, where that is possible."""
    style = "|" if "\n" in text else '"'
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _map(writer: yaml.SafeDumper, data: dict[str, Any]) -> yaml.Node:
    """Write a map with plain keys, in its own order."""
    pairs = [
        (yaml.ScalarNode("tag:yaml.org,2002:str", key), writer.represent_data(value))
        for key, value in data.items()
    ]
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)


_Writer.add_representer(str, _text)
_Writer.add_representer(dict, _map)


def chained(change: KeptChange, before: str | None) -> str:
    """Return the `chain` of a change, hexadecimal digits. A word that is edited by hand breaks it,
    there and in all changes after it.

    Args:
        change: What the change says.
        before: The chain of the change before it; `None` of the first.
    """
    data = change.model_dump(mode="json", exclude_defaults=True, exclude={"chain"})
    return hashlib.sha256(json.dumps([before, data], sort_keys=True).encode()).hexdigest()


def text_of(name: str, change: KeptChange) -> bytes:
    """Return the file of a change.

    Args:
        name: Its name, for messages.
        change: What it holds.

    Raises:
        InputError: It is larger than a file that is read again, or has a text that no file holds.
    """
    data = change.model_dump(mode="json", exclude_defaults=True)
    dumped = yaml.dump(data, Dumper=_Writer, allow_unicode=True, width=NO_FOLD, sort_keys=False)
    raw = dumped.encode(errors="surrogateescape")
    if len(raw) > MOST_BYTES:
        message = (
            f"the change is too large for one file of the history, of at most {MOST_BYTES} bytes; "
            "keep it in parts"
        )
        raise InputError.about(name, message)
    document = read_document(name, raw)
    if document.problems or document.data != data:
        found = "; ".join(problem.message for problem in document.problems)
        raise InputError.about(name, f"the change cannot be written as a file: {found}")
    return raw
