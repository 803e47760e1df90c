#!/usr/bin/env python3
"""Writes the vectors and transcripts beside it (README.md says what they are), from the reference in
scripts/python/tugi_wire, which was written from wire.md alone and shares nothing with the Swift codec.

`generate.py` writes; `generate.py --check` writes nothing and fails when a file is not what would be written.
After a change read the difference: the vectors are what other implementations trust.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parents[1] / "scripts" / "python"))

from wire_vectors.writing import main  # noqa: E402

sys.exit(main(HERE, sys.argv[1:]))
