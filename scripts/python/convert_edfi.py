#!/usr/bin/env python3
"""Makes an input folder for Tugi's main job from the Ed-Fi "Grand Bend" attendance year.

usage: convert_edfi.py --source scripts/samples/edfi --out DIR [--municipality 0901] [--shift-weeks 210]

All days are moved by whole weeks (by default 210: 2021-08-23 becomes 2025-09-01), so that weekdays stay and the year is
that of the synthetic county; 0 keeps the source's days.

The source has no lessons held, no subjects, no grades and no remarks: scripts/samples/edfi/ORIGIN.md says what is done
about each. Prints a JSON object with what was read and what was written.
"""
import argparse
import csv
import datetime
import json
import pathlib
import xml.etree.ElementTree

SCHOOLS = {
    "255901001": ("high school", 10),
    "255901044": ("middle school", 7),
    "255901107": ("elementary school", 3),
}
KINDS = {"Excused Absence": "excused", "Unexcused Absence": "unexcused", "Tardy": "late", "Partial": "late"}
JOURNAL_HEADER = ["record", "date", "until", "class", "grade", "lesson", "pupil", "journal", "value"]
PUPILS_HEADER = ["pupil", "given_name", "family_name", "isikukood", "birth_date", "class", "grade", "language",
                 "residence", "representative", "representative_contact", "from", "left"]


def read_sessions(path):
    """School id -> [(first day, last day, number of instructional days)]."""
    tree = xml.etree.ElementTree.parse(path)
    name = "{http://ed-fi.org/5.2.0}"
    sessions = {}
    for session in tree.getroot().iter(name + "Session"):
        school = session.find(f".//{name}SchoolId").text
        sessions.setdefault(school, []).append((
            datetime.date.fromisoformat(session.find(name + "BeginDate").text),
            datetime.date.fromisoformat(session.find(name + "EndDate").text),
            int(session.find(name + "TotalInstructionalDays").text)))
    return sessions


def instructional_days(sessions, with_events):
    """Days with an event first, then the earliest other weekdays, up to the number that the calendar states."""
    days = []
    for first, last, number in sorted(sessions):
        weekdays = [first + datetime.timedelta(days=n) for n in range((last - first).days + 1)]
        weekdays = [day for day in weekdays if day.weekday() < 5]
        sure = [day for day in weekdays if day in with_events]
        others = [day for day in weekdays if day not in with_events]
        days += sorted(sure + others[:max(0, number - len(sure))])
    return days


def county_fragment(municipality):
    institutions, people, posts = [], [], []
    for school, (kind, grade) in SCHOOLS.items():
        code = f"edfi-{school}"
        institutions.append({"code": code, "municipality": municipality, "kind": "school",
                             "name": f"Näidis: Grand Bend {kind} (Ed-Fi)"})
        for number, role in enumerate(["head", "class-teacher", "social-pedagogue", "registrar"], 1):
            person = f"{code}-p{number}"
            people.append({"code": person, "givenName": "Näidis", "familyName": f"Ed-Fi {school[-3:]} {number}",
                           "email": f"{person}@example.invalid"})
            posts.append({"code": f"{code}-{role}", "institution": code, "role": role, "sharePercent": 100,
                          "person": person, "className": f"{grade}a" if role == "class-teacher" else "",
                          "from": "2021-08-01"})
    return {"institutions": institutions, "people": people, "posts": posts}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--municipality", default="0901")
    parser.add_argument("--shift-weeks", type=int, default=210)
    options = parser.parse_args()
    with open(options.source / "school_attendance_events.csv", encoding="utf-8", newline="") as file:
        events = list(csv.DictReader(file))
    sessions = read_sessions(options.source / "EducationOrgCalendar.xml")
    shift = datetime.timedelta(weeks=options.shift_weeks)
    with_events = {datetime.date.fromisoformat(event["date"]) for event in events}
    written = {"events": len(events), "absences": 0, "pupils": 0, "lessons": 0, "same_day_merged": 0}
    options.out.mkdir(parents=True, exist_ok=True)
    fragment = json.dumps(county_fragment(options.municipality), ensure_ascii=False, indent=1)
    (options.out / "county.json").write_text(fragment + "\n", encoding="utf-8")
    for school, (_, grade) in SCHOOLS.items():
        mine = [event for event in events if event["school_id"] == school]
        pupils = sorted({event["student_id"] for event in mine})
        folder = options.out / options.municipality / f"edfi-{school}"
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{grade}a"
        days = [day + shift for day in instructional_days(sessions[school], with_events)]
        member_from = days[0].isoformat()
        with open(folder / "pupils.csv", "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(PUPILS_HEADER)
            for pupil in pupils:
                out.writerow([pupil, "Näidis", f"Õpilane {pupil}", "", "", name, grade, "et", options.municipality,
                              "", "", member_from, ""])
        with open(folder / "journal.csv", "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(JOURNAL_HEADER)
            for pupil in pupils:
                out.writerow(["member", member_from, "", name, grade, "", pupil, "", ""])
            for day in days:
                out.writerow(["lesson", day.isoformat(), "", name, "", 1, "", "day", ""])
            # One observation for a pupil and day: the graver kind stays when the source gives several.
            weight = {"unexcused": 3, "excused": 2, "late": 1}
            kept = {}
            for event in mine:
                day = datetime.date.fromisoformat(event["date"]) + shift
                key, kind = (day.isoformat(), event["student_id"]), KINDS[event["category"]]
                written["same_day_merged"] += key in kept
                if key not in kept or weight[kind] > weight[kept[key]]:
                    kept[key] = kind
            for (date, pupil), kind in sorted(kept.items()):
                out.writerow(["absence", date, "", "", "", 1, pupil, "day", kind])
        written["absences"] += len(kept)
        written["pupils"] += len(pupils)
        written["lessons"] += len(days)
    print(json.dumps(written))


main()
