#!/usr/bin/env python3
"""Writes a synthetic county's school year as an input folder for Tugi's main job: one folder for each institution with
pupils.csv and journal.csv, and a copy of the county document and of the records.json beside it, if there is one.

usage: generate_county.py --county scripts/samples/county.json --out DIR [--pupils 10000] [--seed 1]

Classes are those of the class teachers' posts in the county document. Everything is drawn from one seed: the same seed
and document give the same bytes. No child is real, none is modelled on a real one, and the rates below are plausible
guesses that serve as load and as a story; they are no statistics of any school.
"""
import argparse
import datetime
import json
import math
import pathlib
import random
import shutil

JOURNAL_HEADER = "record,date,until,class,grade,lesson,pupil,journal,value\n"
PUPILS_HEADER = ("pupil,given_name,family_name,isikukood,birth_date,class,grade,language,residence,representative,"
                 "representative_contact,from,left\n")
FIRST_DAY, LAST_DAY = datetime.date(2025, 9, 1), datetime.date(2026, 6, 9)
# School breaks and public holidays of the school year 2025/26 (regulation of the Minister of Education and Research).
BREAKS = [("2025-10-20", "2025-10-26"), ("2025-12-22", "2026-01-11"), ("2026-02-23", "2026-03-01"),
          ("2026-04-13", "2026-04-19"), ("2026-04-03", "2026-04-03"), ("2026-05-01", "2026-05-01"),
          ("2026-02-24", "2026-02-24")]
FLU_WEEKS = {datetime.date(2026, 2, 2), datetime.date(2026, 2, 9)}
SUBJECTS = {
    1: ["eesti keel", "matemaatika", "loodusõpetus", "kunst", "muusika", "kehaline kasvatus"],
    2: ["eesti keel", "matemaatika", "inglise keel", "loodusõpetus", "ajalugu", "kunst", "muusika",
        "kehaline kasvatus"],
    3: ["eesti keel", "kirjandus", "matemaatika", "inglise keel", "vene keel", "bioloogia", "geograafia", "füüsika",
        "keemia", "ajalugu", "muusika", "kehaline kasvatus"],
}
LESSONS_A_DAY = {1: [4, 5, 4, 5, 4], 2: [5, 6, 5, 6, 5], 3: [6, 7, 6, 7, 6]}
# Groups of pupils: share, chance a day of an illness beginning, of skipping one lesson, of being late, a day; shift of
# the mean mark; chance a week of a negative remark.
GROUPS = [
    ("steady", 0.80, 0.010, 0.0002, 0.006, 0.3, 0.004),
    ("absent with reason", 0.08, 0.035, 0.0010, 0.010, 0.0, 0.006),
    ("struggling", 0.07, 0.014, 0.0040, 0.020, -0.9, 0.030),
    ("drifting away", 0.05, 0.016, 0.0500, 0.060, -0.7, 0.060),
]


def school_days():
    closed = set()
    for first, last in BREAKS:
        day, last = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
        while day <= last:
            closed.add(day)
            day += datetime.timedelta(days=1)
    days, day = [], FIRST_DAY
    while day <= LAST_DAY:
        if day.weekday() < 5 and day not in closed:
            days.append(day)
        day += datetime.timedelta(days=1)
    return days


def chosen_classes(county, pupils):
    """Institution code -> class names, so many that classes of about 22 hold the wanted number of pupils."""
    institutions = {item["code"]: item for item in county["institutions"]}
    rows = [(institutions[post["institution"]], post["className"]) for post in county["posts"]
            if post.get("className") and post["role"] in ("class-teacher", "kindergarten-teacher")]
    rank, ordered = {}, []
    for institution, name in rows:
        place = rank.setdefault(institution["municipality"], [])
        ordered.append((len(place), institution["municipality"], institution["code"], name))
        place.append(name)
    ordered.sort()
    wanted = min(len(ordered), max(1, math.ceil(pupils / 22)))
    # Spread over the county and over the grades of each municipality, by a fixed stride.
    picked = [ordered[int(index * len(ordered) / wanted)] for index in range(wanted)]
    classes = {}
    for _, _, code, name in picked:
        classes.setdefault(code, []).append(name)
    return {code: sorted(names, key=class_order) for code, names in sorted(classes.items())}, wanted


def class_order(name):
    digits = "".join(character for character in name if character.isdigit())
    return (int(digits) if digits else 0, name)


def grade_of(kind, name):
    return 0 if kind == "kindergarten" else class_order(name)[0]


def pick(rng, weights):
    at, total = rng.random() * sum(weights), 0.0
    for index, weight in enumerate(weights):
        total += weight
        if at < total:
            return index
    return len(weights) - 1


def timetable(rng, grade):
    stage = 1 if grade <= 3 else 2 if grade <= 6 else 3
    subjects, week = SUBJECTS[stage], []
    for number in LESSONS_A_DAY[stage]:
        week.append([subjects[int(rng.random() * len(subjects))] for _ in range(number)])
    return week


class Pupil:
    """One synthetic pupil's habits."""

    def __init__(self, rng, number):
        self.identifier = f"n{number:06d}"
        group = GROUPS[pick(rng, [row[1] for row in GROUPS])]
        _, _, self.ill, self.skip, self.late, shift, self.remark = group
        self.mean = min(4.9, max(2.0, 3.9 + shift + (rng.random() - 0.5)))
        self.away = 0          # days of illness left
        self.avoids = None     # the subject that a drifting pupil skips
        self.drifts_from = int(rng.random() * 120) if group[0] == "drifting away" else 0


def write_pupils(file, rng, institution, classes):
    file.write(PUPILS_HEADER)
    others = ["0191", "0272", "0661", "0663", "0792", "0901", "0903", "0928"]
    for name, members in classes.items():
        grade = grade_of(institution["kind"], name)
        for pupil in members:
            number = int(pupil.identifier[1:])
            home = institution["municipality"] if rng.random() < 0.93 else others[int(rng.random() * 8)]
            language = "et" if rng.random() < 0.85 else "ru"
            file.write(f"{pupil.identifier},Näidis,Õpilane {number},,,{name},{grade},{language},{home},"
                       f"Näidis Esindaja {number},esindaja{number}@example.invalid,2025-09-01,\n")


def write_class(file, rng, days, name, grade, members):
    week, rows = timetable(rng, grade), []
    for pupil in members:
        pupil.avoids = week[0][0] if pupil.skip > 0.01 and rng.random() < 0.5 else None
    marked = grade >= 3
    for index, day in enumerate(days):
        lessons, date = week[day.weekday()], day.isoformat()
        for number, subject in enumerate(lessons, 1):
            rows.append(f"lesson,{date},,{name},,{number},,{subject},\n")
        flu = 6.0 if day - datetime.timedelta(days=day.weekday()) in FLU_WEEKS else 1.0
        for pupil in members:
            if pupil.away == 0 and rng.random() < pupil.ill * flu:
                pupil.away = 1 + int(rng.random() * 4)
            if pupil.away:
                pupil.away -= 1
                rows.extend(f"absence,{date},,,,{number},{pupil.identifier},{subject},excused\n"
                            for number, subject in enumerate(lessons, 1))
                continue
            drifting = index >= pupil.drifts_from
            for number, subject in enumerate(lessons, 1):
                chance = pupil.skip * (4.0 if subject == pupil.avoids else 1.0) if drifting else 0.0002
                if rng.random() < chance:
                    rows.append(f"absence,{date},,,,{number},{pupil.identifier},{subject},unexcused\n")
                elif marked and rng.random() < 0.14:
                    mark = min(5, max(1, int(pupil.mean - (0.8 if drifting and pupil.skip > 0.01 else 0)
                                             + (rng.random() + rng.random() - 1) * 1.6 + 0.5)))
                    rows.append(f"grade,{date},,,,{number},{pupil.identifier},{subject},{mark}\n")
            if rng.random() < pupil.late:
                rows.append(f"absence,{date},,,,1,{pupil.identifier},{lessons[0]},late\n")
            if rng.random() < pupil.remark / 5:
                rows.append(f"remark,{date},,,,,{pupil.identifier},{lessons[-1]},remark\n")
        if len(rows) > 20000:
            file.write("".join(rows))
            rows.clear()
    file.write("".join(rows))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--county", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--pupils", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.pupils < 1:
        parser.error("--pupils: at least 1")
    county = json.loads(options.county.read_text(encoding="utf-8"))
    kinds = {item["code"]: item for item in county["institutions"]}
    chosen, wanted = chosen_classes(county, options.pupils)
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(options.county, options.out / "county.json")
    records = options.county.parent / "records.json"
    if records.exists():
        shutil.copyfile(records, options.out / "records.json")
    days, number, left, classes_left = school_days(), 0, options.pupils, wanted
    for code, names in chosen.items():
        institution = kinds[code]
        # Each institution has a stream of its own: adding one changes no other's bytes.
        rng = random.Random(f"{options.seed}:{code}")
        classes = {}
        for name in names:
            size = round(left / classes_left)
            left, classes_left = left - size, classes_left - 1
            classes[name] = [Pupil(rng, number + index + 1) for index in range(size)]
            number += size
        folder = options.out / institution["municipality"] / code
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "pupils.csv", "w", encoding="utf-8", newline="") as file:
            write_pupils(file, rng, institution, classes)
        with open(folder / "journal.csv", "w", encoding="utf-8", newline="") as file:
            file.write(JOURNAL_HEADER)
            for name, members in classes.items():
                grade = grade_of(institution["kind"], name)
                file.writelines(f"member,2025-09-01,,{name},{grade},,{pupil.identifier},,\n" for pupil in members)
                if institution["kind"] != "kindergarten":
                    write_class(file, rng, days, name, grade, members)
    print(json.dumps({"institutions": len(chosen), "classes": wanted, "pupils": number, "school_days": len(days)}))


main()
