"""Messages as JSON for the command line: protobuf's form, with ids as UUIDs instead of base64."""
from __future__ import annotations

import base64
import json
import pathlib
import re
import uuid
from typing import Any

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def parse(text: str, kind: type[Any]) -> Any:
    """In a field of bytes a UUID means its 16 bytes, and `@FILE` what the file holds; else base64."""
    from google.protobuf import json_format
    message = kind()
    json_format.ParseDict(walk(json.loads(text), kind.DESCRIPTOR, from_words), message)
    return message


def text(message: Any) -> str:
    from google.protobuf import json_format
    words = json_format.MessageToDict(message, preserving_proto_field_name=True)
    return json.dumps(walk(words, message.DESCRIPTOR, to_words), ensure_ascii=False)


def walk(value: Any, descriptor: Any, bytes_value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    result = {}
    for name, item in value.items():
        field = descriptor.fields_by_name.get(name) or descriptor.fields_by_camelcase_name.get(name)
        result[name] = item if field is None else walk_field(item, field, bytes_value)
    return result


def walk_field(item: Any, field: Any, bytes_value: Any) -> Any:
    if isinstance(item, list):
        return [walk_field(one, field, bytes_value) for one in item]
    if field.type == field.TYPE_BYTES and isinstance(item, str):
        return bytes_value(item)
    if field.type == field.TYPE_MESSAGE and not field.message_type.GetOptions().map_entry:
        return walk(item, field.message_type, bytes_value)
    return item


def from_words(item: str) -> str:
    if UUID.fullmatch(item.lower()):
        return base64.b64encode(uuid.UUID(item).bytes).decode()
    if item.startswith("@"):
        return base64.b64encode(pathlib.Path(item[1:]).read_bytes()).decode()
    return item


def to_words(item: str) -> str:
    data = base64.b64decode(item)
    return str(uuid.UUID(bytes=data)) if len(data) == 16 else item
