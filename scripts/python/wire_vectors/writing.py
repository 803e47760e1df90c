"""Writes the files of Protocols/vectors, or compares them with what would be written."""
from __future__ import annotations

import json
import pathlib
from typing import Any

from tugi_wire.faults import CODES
from tugi_wire.tables import CLIENT_CALL, CLIENT_CONNECTION, SERVER_CALL, SERVER_CONNECTION

from . import boundaries, call, cells, client_stories, connection, end, hello, message, request, stories, truncation
from .recorder import Recorder
from .scene import Scene

KINDS = {"hello": hello, "request": request, "message": message, "end": end, "call": call, "connection": connection,
         "boundaries": boundaries, "truncation": truncation}


def all_files() -> dict[str, str]:
    recorder = Recorder()
    for name, module in KINDS.items():
        module.vectors(recorder.into(f"{name}.json"))
    files = {name: one_a_line(entries) for name, entries in recorder.files.items()}
    played = transcripts()
    check_faults(recorder, played)
    for name, scenes in played.items():
        files[f"transcripts/{name}.json"] = indented([scene.record for scene in scenes])
    return files


def check_faults(recorder: Recorder, played: dict[str, list[Scene]]) -> None:
    """Every fault of section 9 is shown by some vector or transcript."""
    shown = {vector["error"]["code"] for vectors in recorder.files.values() for vector in vectors if "error" in vector}
    shown |= {told["fault"] for scenes in played.values() for scene in scenes for step in scene.steps
              for told in step.get("tells", []) if "fault" in told}
    if missing := set(CODES[1:]) - shown:
        raise SystemExit(f"vectors: nothing shows {', '.join(sorted(missing))}")


def transcripts() -> dict[str, list[Scene]]:
    scenes = {**cells.transcripts(), **stories.stories(), **client_stories.stories()}
    cells.check_coverage(scenes)
    names = [scene.record["name"] for every in scenes.values() for scene in every]
    for name in names:
        if names.count(name) > 1:
            raise SystemExit(f"transcripts: two are called {name!r}")
    return scenes


def indented(records: list[dict[str, Any]]) -> str:
    """One step a line."""
    texts = []
    for record in records:
        head = json.dumps({key: value for key, value in record.items() if key != "steps"}, ensure_ascii=False)
        steps = ",\n".join("      " + json.dumps(step, ensure_ascii=False) for step in record["steps"])
        texts.append(f'  {head[:-1]}, "steps": [\n{steps}\n  ]}}')
    return "[\n" + ",\n".join(texts) + "\n]\n"


def one_a_line(entries: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join("  " + json.dumps(entry, ensure_ascii=False) for entry in entries) + "\n]\n"


def main(folder: pathlib.Path, arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print("usage: generate.py [--check]")
        return 2
    if lacking := tables_not_in((folder.parent / "wire.md").read_text(encoding="utf-8")):
        print(f"Protocols/wire.md, section 10, has other tables than scripts/python/tugi_wire/tables.py: {lacking}")
        return 1
    files = all_files()
    stale = sorted(name for name, text in files.items() if not is_fresh(folder / name, text))
    extra = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.json")
                   if str(path.relative_to(folder)) not in files)
    if arguments == ["--check"]:
        for name in stale + extra:
            print(f"Protocols/vectors/{name} is not what generate.py gives; type: Protocols/vectors/generate.py")
        return 1 if stale or extra else 0
    for name in extra:
        (folder / name).unlink()
    for name in stale:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(files[name], encoding="utf-8")
    vectors = sum(text.count("\n  {") for name, text in files.items() if "/" not in name)
    scripts = sum(text.count("\n  {") for name, text in files.items() if "/" in name)
    print(f"{vectors} vectors, {scripts} transcripts in {len(files)} files; {len(stale)} written, {len(extra)} removed")
    return 0


def tables_not_in(text: str) -> str:
    """The reference runs the very tables that the text shows."""
    tables = {"server connection": SERVER_CONNECTION, "server call": SERVER_CALL,
              "client connection": CLIENT_CONNECTION, "client call": CLIENT_CALL}
    return ", ".join(name for name, table in tables.items() if table.strip() not in text)


def is_fresh(path: pathlib.Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
