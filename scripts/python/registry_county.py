"""A synthetic county, or country, for the bench of the registry: the sample county's layout over and over with more
resources, and children for its classes. Drawn from one seed; nobody in it is real, and every name says so."""
from __future__ import annotations

import copy
import datetime
import hashlib
import random
import uuid
from typing import Any

COUNTY = "0060"
HEADER = ("pupil,given_name,family_name,isikukood,birth_date,class,grade,language,residence,representative,"
          "representative_contact,from,left\n")
GIVEN = ["Mari", "Jüri", "Õnne", "Kärt", "Jevgeni", "Darja", "Žanna", "Anastassia", "Toomas", "Mihhail", "Ülle", "Rasmus"]
# What services are called, with field, needs and prevention tier.
SERVICES = [
    ("Logopeediline nõustamine", "education", ["speech", "language"], "selective"),
    ("Õpiabi ja järeleaitamine", "education", ["learning"], "universal"),
    ("Psühholoogiline nõustamine", "health", ["mental-health"], "indicated"),
    ("Pereteraapia", "social", ["family", "mental-health"], "indicated"),
    ("Noortekeskuse huviring", "youth", ["leisure", "social-coping"], "universal"),
    ("Tugiisiku teenus", "social", ["social-coping", "family"], "selective"),
    ("Sotsiaalsete oskuste rühm", "education", ["behaviour", "social-coping"], "selective"),
    ("Karjäärinõustamine", "youth", ["career"], "universal"),
    ("Eesti keele lisaõpe", "education", ["language"], "selective"),
    ("Lastekaitse nõustamine", "child-protection", ["safety", "family"], "indicated"),
]
LANGUAGES = [["et"], ["et", "ru"], ["et", "ru", "en"], ["ru"], ["et", "uk"]]


def derived(kind: str, code: str) -> uuid.UUID:
    """Protocols/codes.md, ids of what the county document names."""
    digest = bytearray(hashlib.sha256(f"tugi:{kind}:{code}".encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(digest))


def isikukood(number: int, born: datetime.date) -> str:
    """A code with a right check digit; the serial is the child's number, so that no two are alike."""
    text = f"{5 + number % 2}{born:%y%m%d}{number // 2 % 1000:03d}"
    for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 1), (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)):
        check = sum(int(digit) * weight for digit, weight in zip(text, weights)) % 11
        if check < 10:
            return text + str(check)
    return text + "0"


class Municipality:
    """What one municipality brings: a part of the county's document, and its schools with classes."""

    def __init__(self, code: str, part: dict[str, Any]) -> None:
        self.code, self.part = code, part

    def classes(self) -> list[tuple[str, str, str]]:
        """Institution's code, its kind, class name."""
        kinds = {item["code"]: item["kind"] for item in self.part["institutions"]}
        return [(post["institution"], kinds[post["institution"]], post["className"]) for post in self.part["posts"]
                if post.get("className") and post["role"] in ("class-teacher", "kindergarten-teacher")]


def document_of(sample: dict[str, Any], municipalities: set[str]) -> dict[str, Any]:
    part = {key: [] for key in sample} | {
        "municipalities": [row for row in sample["municipalities"] if row["code"] in municipalities],
        "institutions": [row for row in sample["institutions"] if row["municipality"] in municipalities],
        "resources": [row for row in sample["resources"] if row["municipality"] in municipalities],
        "templates": [row for row in sample["templates"] if row["municipality"] in municipalities]}
    codes = {row["code"] for row in part["institutions"]}
    part["posts"] = [row for row in sample["posts"] if row["institution"] in codes]
    part["teams"] = [row for row in sample["teams"] if row["institution"] in codes]
    people = {row.get("person") for row in part["posts"]}
    part["people"] = [row for row in sample["people"] if row["code"] in people]
    return copy.deepcopy(part)


def renamed(part: dict[str, Any], old: str, code: str, number: int) -> dict[str, Any]:
    """The same layout as another municipality: codes get its number, the name too."""
    end = f".n{number}"
    for row in part["municipalities"]:
        row.update(code=code, name=f"Näidis {number} {row['name'].split()[-1]}")
    for key in ("institutions", "people", "posts", "resources", "teams"):
        for row in part[key]:
            for field in ("code", "institution", "person", "post", "leaderPost"):
                if row.get(field):
                    row[field] += end
            if "memberPosts" in row:
                row["memberPosts"] = [post + end for post in row["memberPosts"]]
            if row.get("municipality") == old:
                row["municipality"] = code
    for row in part["templates"]:
        row["municipality"] = code
    return part


def municipalities(sample: dict[str, Any], count: int, resources: int, seed: int) -> list[Municipality]:
    """So many municipalities, after the county's own bodies, with about so many resources together."""
    own = [row["code"] for row in sample["municipalities"] if row["code"] != COUNTY]
    made = [Municipality(COUNTY, document_of(sample, {COUNTY}))]
    for number in range(count):
        source = own[number % len(own)]
        part = document_of(sample, {source})
        code = source if number < len(own) else f"{1000 + number}"
        made.append(Municipality(code, part if number < len(own) else renamed(part, source, code, number)))
    rng = random.Random(seed)
    missing = resources - sum(len(one.part["resources"]) for one in made)
    for number in range(max(0, missing)):
        add_service(rng, made[1 + number % count], number)
    return made


def add_service(rng: random.Random, home: Municipality, number: int) -> None:
    name, field, needs, tier = rng.choice(SERVICES)
    place = rng.choice(home.part["institutions"])
    first = rng.randint(0, 7)
    home.part["resources"].append({
        "code": f"naidis-teenus-{home.code}-{number}", "table": "services", "municipality": home.code,
        "institution": place["code"], "kind": rng.choice(["service", "programme"]), "name": f"{name} (Näidis {number})",
        "field": field, "scope": rng.choice(["institution", "municipality"]), "needCodes": needs, "preventionTier": tier,
        "capacityPlaces": rng.choice([0, 0, 1, 2, 4, 8]),
        "capacityAsOf": (datetime.date(2026, 1, 1) + datetime.timedelta(days=rng.randint(0, 300))).isoformat(),
        "languages": rng.choice(LANGUAGES), "gradeFrom": first, "gradeTo": min(12, first + rng.randint(2, 6)),
        "howToRefer": f"Helista ja lepi aeg kokku, {place['name']}"})


def pupils(home: Municipality, first: int, count: int, seed: int) -> dict[str, str]:
    """Institution's code -> its pupils as CSV; children are numbered from `first`."""
    rng = random.Random(f"{seed}:{home.code}")
    classes, files = home.classes(), {}
    for index in range(count):
        institution, kind, name = classes[index % len(classes)]
        grade = 0 if kind == "kindergarten" else int("".join(sign for sign in name if sign.isdigit()) or 1)
        number = first + index
        # As many days as it takes that no code comes twice: 2,000 serials a day.
        born = datetime.date(2025 - 7 - grade, 1, 1) + datetime.timedelta(days=number // 2000 % 360)
        row = (f"n{number},{rng.choice(GIVEN)},Näidis-{number},{isikukood(number, born)},,{name},{grade},"
               f"{rng.choice(['et', 'et', 'ru'])},{home.code},Näidis Esindaja {number},esindaja{number}@example.invalid,"
               "2025-09-01,\n")
        files[institution] = files.get(institution, HEADER) + row
    return files
