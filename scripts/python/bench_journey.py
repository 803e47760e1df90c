#!/usr/bin/env python3
"""The baseline of `scripts/bench journey`, and its report.

The baseline is what a capable person would write in an afternoon: csv and sqlite3 of Python, one row for each
observation, one durable transaction for each school (WAL, synchronous FULL), an index, and the six triggers as SQL. It
has no TLS, no accounts of who looked, no resuming, no partitions.
"""
import argparse
import csv
import datetime
import json
import pathlib
import sqlite3
import statistics
import tempfile
import time

TRIGGERS = {
    "unexcused": "SELECT pupil, count(DISTINCT date) n FROM observation WHERE record = 'absence' AND value = 'unexcused' "
                 "AND date >= ? AND date < ? GROUP BY pupil HAVING n >= 2",
    "excused": "SELECT pupil, count(*) n FROM (SELECT o.pupil, o.date, count(*) missed, "
               "(SELECT count(*) FROM observation l WHERE l.record = 'lesson' AND l.class = m.class AND l.school = o.school "
               "AND l.date = o.date) held FROM observation o JOIN member m ON m.pupil = o.pupil AND m.school = o.school "
               "WHERE o.record = 'absence' AND o.value = 'excused' AND o.date >= ? AND o.date < ? GROUP BY o.pupil, o.date) "
               "WHERE missed * 2 >= held GROUP BY pupil HAVING n >= 5",
    "late": "SELECT pupil, count(DISTINCT date) n FROM observation WHERE record = 'absence' AND value = 'late' "
            "AND date >= ? AND date < ? GROUP BY pupil HAVING n >= 3",
    "remarks": "SELECT pupil, count(*) n FROM observation WHERE record = 'remark' AND value = 'remark' "
               "AND date >= ? AND date < ? GROUP BY pupil HAVING n >= 3",
    "marks": "SELECT pupil, journal, count(*) n FROM observation WHERE record = 'grade' AND value IN ('1', '2') "
             "AND date >= ? AND date < ? GROUP BY pupil, journal HAVING n >= 2",
    "average": "WITH mark AS (SELECT o.school, o.pupil, m.class, CAST(o.value AS INTEGER) v FROM observation o "
               "JOIN member m ON m.pupil = o.pupil AND m.school = o.school WHERE o.record = 'grade' AND o.date >= ? "
               "AND o.date < ?), means AS (SELECT school, class, avg(v) a FROM mark GROUP BY school, class) "
               "SELECT mark.pupil, avg(v) FROM mark JOIN means ON means.school = mark.school AND means.class = mark.class "
               "GROUP BY mark.school, mark.pupil HAVING avg(v) < min(means.a) - 1.0",
}


def baseline(options):
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(f"{folder}/baseline.sqlite", isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE observation (school TEXT, record TEXT, date TEXT, class TEXT, lesson INTEGER, "
                         "pupil TEXT, journal TEXT, value TEXT)")
        database.execute("CREATE TABLE member (school TEXT, pupil TEXT, class TEXT, PRIMARY KEY (school, pupil))")
        database.execute("CREATE INDEX by_date ON observation (record, date)")
        database.execute("CREATE INDEX by_class ON observation (school, class, date) WHERE record = 'lesson'")
        started, rows = time.perf_counter(), 0
        for path in sorted(options.input.glob("*/*/journal.csv")):
            school = path.parent.name
            database.execute("BEGIN")
            with open(path, encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file)
                batch = []
                for row in reader:
                    rows += 1
                    if row["record"] == "member":
                        database.execute("INSERT INTO member VALUES (?, ?, ?)", (school, row["pupil"], row["class"]))
                        continue
                    datetime.date.fromisoformat(row["date"])
                    batch.append((school, row["record"], row["date"], row["class"], row["lesson"], row["pupil"],
                                  row["journal"], row["value"]))
                    if len(batch) == 10000:
                        database.executemany("INSERT INTO observation VALUES (?, ?, ?, ?, ?, ?, ?, ?)", batch)
                        batch.clear()
                database.executemany("INSERT INTO observation VALUES (?, ?, ?, ?, ?, ?, ?, ?)", batch)
            database.execute("COMMIT")
        imported = time.perf_counter() - started
        monday = datetime.date.fromisoformat(options.as_of)
        window = ((monday - datetime.timedelta(days=28)).isoformat(), monday.isoformat())
        started = time.perf_counter()
        found = sum(len(database.execute(sql, window).fetchall()) for sql in TRIGGERS.values())
        passed = time.perf_counter() - started
    print(json.dumps({"rows": rows, "import_s": imported, "pass_s": passed, "found": found}))


def report(options):
    ours, theirs = [], []
    for number in range(1, options.rounds + 1):
        ours.append(json.loads((options.folder / f"report-{number}.json").read_text(encoding="utf-8")))
        theirs.append(json.loads((options.folder / f"baseline-{number}.json").read_text(encoding="utf-8")))
    rate = statistics.median(run["observations"] / run["importSeconds"] for run in ours)
    base = statistics.median(run["rows"] / run["import_s"] for run in theirs)
    line("journey.import.observations_per_s", rate, "1/s", base, rate / base)
    seconds = statistics.median(run["passSeconds"] for run in ours)
    base = statistics.median(run["pass_s"] for run in theirs)
    line("journey.weekly_pass.s", seconds, "s", base, base / seconds)


def line(name, value, unit, base, ratio):
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit, "baseline": round(base, 3),
                      "ratio": round(ratio, 3)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("baseline")
    one.add_argument("--input", type=pathlib.Path, required=True)
    one.add_argument("--as-of", required=True)
    two = commands.add_parser("report")
    two.add_argument("--folder", type=pathlib.Path, required=True)
    two.add_argument("--rounds", type=int, required=True)
    options = parser.parse_args()
    {"baseline": baseline, "report": report}[options.command](options)


main()
