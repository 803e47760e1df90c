#!/usr/bin/env python3
"""Writes scripts/samples/county.json: the sample county as a tugi.registry.v1.CountyDocument.

    python3 scripts/python/make_county.py > scripts/samples/county.json

Real here are only what public sources name: the eight municipalities with their EHAK codes, some schools and
kindergartens, state and county bodies, and the outlines of the municipalities' models (ennetusmudel.ee). Everything
else is synthetic and says so in its name ("Näidis ..."): people, unnamed institutions, capacities, vacancies.
The layout is fixed, without randomness, so the same script always writes the same document. Codes of people come
from their post, so a new school renumbers names but changes no id.

Class teachers' posts say which classes a school has; the generator of pupils reads them from here.
"""
import json
import pathlib
import sys

COUNTY = "0060"
AS_OF = "2026-09-01"

# code: name, and the slug in the codes of what belongs to it
MUNICIPALITIES = {
    "0191": ("Haljala vald", "haljala"),
    "0272": ("Kadrina vald", "kadrina"),
    "0661": ("Rakvere vald", "rakvere-vald"),
    "0663": ("Rakvere linn", "rakvere-linn"),
    "0792": ("Tapa vald", "tapa"),
    "0901": ("Vinni vald", "vinni"),
    "0903": ("Viru-Nigula vald", "viru-nigula"),
    "0928": ("Väike-Maarja vald", "vaike-maarja"),
}

# municipality, code, name, last grade, letters of parallel classes
SCHOOLS = [
    ("0191", "haljala-kool", "Haljala Kool", 9, "ab"),
    ("0191", "vosu-kool", "Võsu Kool", 9, "a"),
    ("0272", "naidis-keskkool-1-kadrina", "Näidis Keskkool 1 (Kadrina)", 12, "ab"),
    ("0272", "vohnja-lasteaed-algkool", "Vohnja Lasteaed-Algkool", 6, "a"),
    ("0272", "naidis-kool-3-kadrina", "Näidis Kool 3 (Kadrina)", 9, "a"),
    ("0661", "lasila-pohikool", "Lasila Põhikool", 9, "a"),
    ("0661", "uhtna-pohikool", "Uhtna Põhikool", 9, "a"),
    ("0661", "veltsi-lasteaed-algkool", "Veltsi Lasteaed-Algkool", 6, "a"),
    ("0661", "napi-kool", "Näpi Kool", 9, "a"),
    ("0663", "naidis-gumnaasium-1-rakvere", "Näidis Gümnaasium 1 (Rakvere linn)", 12, "abc"),
    ("0663", "naidis-gumnaasium-2-rakvere", "Näidis Gümnaasium 2 (Rakvere linn)", 12, "ab"),
    ("0663", "naidis-pohikool-3-rakvere", "Näidis Põhikool 3 (Rakvere linn)", 9, "abc"),
    ("0663", "naidis-pohikool-4-rakvere", "Näidis Põhikool 4 (Rakvere linn)", 9, "ab"),
    ("0663", "naidis-algkool-5-rakvere", "Näidis Algkool 5 (Rakvere linn)", 6, "ab"),
    ("0792", "naidis-gumnaasium-1-tapa", "Näidis Gümnaasium 1 (Tapa)", 12, "ab"),
    ("0792", "naidis-gumnaasium-2-tapa", "Näidis Gümnaasium 2 (Tapa)", 12, "a"),
    ("0792", "naidis-kool-3-tapa", "Näidis Kool 3 (Tapa)", 9, "ab"),
    ("0792", "naidis-kool-4-tapa", "Näidis Kool 4 (Tapa)", 6, "a"),
    ("0901", "vinni-pajusti-gumnaasium", "Vinni-Pajusti Gümnaasium", 12, "ab"),
    ("0901", "naidis-kool-2-vinni", "Näidis Kool 2 (Vinni)", 9, "a"),
    ("0901", "naidis-kool-3-vinni", "Näidis Kool 3 (Vinni)", 6, "a"),
    ("0903", "aseri-kool", "Aseri Kool", 9, "a"),
    ("0903", "kunda-uhisgumnaasium", "Kunda Ühisgümnaasium", 12, "ab"),
    ("0903", "vasta-kool", "Vasta Kool", 9, "a"),
    ("0928", "naidis-gumnaasium-1-vaike-maarja", "Näidis Gümnaasium 1 (Väike-Maarja)", 12, "ab"),
    ("0928", "naidis-kool-2-vaike-maarja", "Näidis Kool 2 (Väike-Maarja)", 9, "a"),
    ("0928", "naidis-kool-3-vaike-maarja", "Näidis Kool 3 (Väike-Maarja)", 6, "a"),
]

# municipality, code, name, groups
KINDERGARTENS = [
    ("0191", "haljala-lasteaed", "Haljala lasteaed", 4),
    ("0272", "sipsik-lasteaed", "Lasteaed Sipsik (Kadrina)", 6),
    ("0272", "vohnja-lasteaed", "Vohnja Lasteaed-Algkool, lasteaed", 2),
    ("0661", "paasusilm-lasteaed", "Sõmeru lasteaed Pääsusilm", 5),
    ("0661", "veltsi-lasteaed", "Veltsi Lasteaed-Algkool, lasteaed", 2),
    ("0663", "naidis-lasteaed-1-rakvere", "Näidis Lasteaed 1 (Rakvere linn)", 8),
    ("0663", "naidis-lasteaed-2-rakvere", "Näidis Lasteaed 2 (Rakvere linn)", 6),
    ("0792", "naidis-lasteaed-1-tapa", "Näidis Lasteaed 1 (Tapa)", 6),
    ("0792", "naidis-lasteaed-2-tapa", "Näidis Lasteaed 2 (Tamsalu)", 4),
    ("0901", "naidis-lasteaed-1-vinni", "Näidis Lasteaed 1 (Vinni)", 5),
    ("0903", "kelluke-lasteaed", "Lasteaed Kelluke (Viru-Nigula)", 4),
    ("0928", "naidis-lasteaed-1-vaike-maarja", "Näidis Lasteaed 1 (Väike-Maarja)", 4),
]

# code, kind, name, roles
COUNTY_BODIES = [
    ("virol", "county", "VIROL (Lääne-Viru Omavalitsuste Liit)",
     ["county-coordinator", "registrar", "data-protection-officer"]),
    ("rajaleidja", "state", "Rajaleidja (Lääne-Viru)", ["special-educator", "school-psychologist"]),
    ("sotsiaalkindlustusamet", "state", "Sotsiaalkindlustusamet", []),
    ("tootukassa", "state", "Töötukassa (Lääne-Viru)", []),
    ("piirkonnapolitsei", "police", "Politsei- ja Piirivalveamet, piirkonnapolitsei (Lääne-Viru)",
     ["district-police"]),
    ("naidis-perearstikeskus", "health", "Näidis Perearstikeskus (Lääne-Viru)", ["school-nurse"]),
]

# Posts without a person. Kadrina's youth worker left (ennetusmudel.ee ?p=955); the others are made up.
VACANT = {
    "kadrina-vald.youth-worker",
    "naidis-kool-3-kadrina.social-pedagogue",
    "vosu-kool.speech-therapist",
    "lasila-pohikool.school-psychologist",
    "naidis-gumnaasium-2-tapa.school-psychologist",
    "naidis-kool-4-tapa.special-educator",
    "tapa-vald.prevention-specialist",
    "naidis-kool-3-vinni.social-pedagogue",
    "vinni-vald.family-worker",
    "kunda-uhisgumnaasium.school-psychologist",
    "viru-nigula-vald.prevention-specialist",
    "naidis-kool-2-vaike-maarja.speech-therapist",
    "naidis-pohikool-4-rakvere.school-psychologist",
    "haljala-lasteaed.speech-therapist",
    "haljala-vald.youth-worker",
}

# A small institution shares a specialist with a larger one of its municipality: post -> post of the same person.
SHARED = {
    "vosu-kool.school-psychologist": "haljala-kool.school-psychologist",
    "vohnja-lasteaed-algkool.speech-therapist": "naidis-keskkool-1-kadrina.speech-therapist",
    "veltsi-lasteaed-algkool.speech-therapist": "napi-kool.speech-therapist",
    "naidis-kool-4-tapa.speech-therapist": "naidis-kool-3-tapa.speech-therapist",
    "naidis-kool-3-vinni.speech-therapist": "naidis-kool-2-vinni.speech-therapist",
    "naidis-kool-3-vaike-maarja.speech-therapist": "naidis-gumnaasium-1-vaike-maarja.speech-therapist",
    "vasta-kool.school-psychologist": "aseri-kool.school-psychologist",
}

OFFICE_ROLES = [
    "child-protection-worker", "social-head", "education-head", "youth-worker", "family-worker", "registrar",
    "data-protection-officer",
]

# role: name of the help, needs, field, prevention tier, places of a full post
HELP = {
    "social-pedagogue": ("Sotsiaalpedagoog", ["attendance", "behaviour", "social-coping"], "education",
                         "selective", 24),
    "school-psychologist": ("Koolipsühholoog", ["mental-health", "behaviour"], "education", "selective", 20),
    "special-educator": ("Eripedagoog", ["learning"], "education", "selective", 24),
    "speech-therapist": ("Logopeed", ["speech", "language"], "education", "selective", 24),
    "hev-coordinator": ("HEV koordinaator", ["learning", "attendance"], "education", "selective", 16),
    "aev-coordinator": ("AEV koordinaator", ["learning", "behaviour", "social-coping"], "education", "selective", 12),
    "school-nurse": ("Kooliõde", ["health"], "health", "universal", 30),
    "child-protection-worker": ("Lastekaitsespetsialist", ["safety", "family", "social-coping"],
                                "child-protection", "indicated", 20),
    "family-worker": ("Peretöötaja", ["family", "social-coping"], "social", "selective", 12),
    "youth-worker": ("Noorsootöötaja", ["leisure", "social-coping"], "youth", "universal", 30),
    "prevention-specialist": ("Ennetustööspetsialist", ["attendance", "behaviour", "family"], "social",
                              "selective", 16),
}

TOPICS = [
    "early-noticing", "assessment-instrument", "motivating-conversation", "school-avoidance", "network-work",
    "mental-health-first-aid", "covision", "data-and-privacy",
]

SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "Sources/Operator/Shipped/templates.json"


class County:
    """Collects the document's lists in order."""

    def __init__(self):
        self.document = {
            key: []
            for key in (
                "municipalities", "institutions", "people", "posts", "resources", "teams", "templates")
        }
        self.roles_of = {}      # institution -> its posts' codes by role

    def institution(self, code, municipality, kind, name):
        self.document["institutions"].append(
            {"code": code, "municipality": municipality, "kind": kind, "name": name})
        self.roles_of[code] = {}

    def post(self, institution, role, share=100, class_name=""):
        code = f"{institution}.{role}" + (f".{class_name}" if class_name else "")
        entry = {"code": code, "institution": institution, "role": role, "sharePercent": share}
        if class_name:
            entry["className"] = class_name
        if code in SHARED:
            entry["person"] = "p." + SHARED[code]
        elif code not in VACANT:
            number = len(self.document["people"]) + 1
            entry["person"] = "p." + code
            self.document["people"].append({
                "code": "p." + code, "givenName": "Näidis", "familyName": f"Spetsialist {number}",
                "email": f"naidis.{number}@example.invalid"})
        entry["from"] = "2025-08-01"
        self.document["posts"].append(entry)
        self.roles_of[institution].setdefault(role, code)
        return code

    def specialist(self, table, municipality, institution, role, share, scope, grades):
        """A row of the first two resource tables: a specialist's declared places."""
        title, needs, field, tier, places = HELP[role]
        self.document["resources"].append({
            "code": f"{institution}.{role}.help", "table": table, "municipality": municipality,
            "institution": institution, "post": f"{institution}.{role}", "kind": "specialist", "name": title,
            "field": field, "scope": scope, "needCodes": needs, "preventionTier": tier,
            "capacityPlaces": max(2, places * share // 100), "capacityAsOf": AS_OF, "languages": ["et", "ru"],
            "gradeFrom": grades[0], "gradeTo": grades[1],
            "howToRefer": "Pöördumine asutuse tugimeeskonna kaudu" if scope == "institution"
            else "Pöördumine valla või linna spetsialisti poole"})

    def service(self, code, municipality, institution, kind, name, field, scope, needs, tier, places, grades, how):
        """A row of the third table: a service or programme."""
        self.document["resources"].append({
            "code": code, "table": "services", "municipality": municipality, "institution": institution,
            "kind": kind, "name": name, "field": field, "scope": scope, "needCodes": needs,
            "preventionTier": tier, "capacityPlaces": places, "capacityAsOf": AS_OF,
            "languages": ["et", "ru"], "gradeFrom": grades[0], "gradeTo": grades[1], "howToRefer": how})

    def team(self, institution, roles, leader, number):
        posts = self.roles_of[institution]
        self.document["teams"].append({
            "code": f"{institution}.team", "institution": institution,
            "memberPosts": [posts[role] for role in roles if role in posts], "leaderPost": posts[leader],
            "gapTopics": [TOPICS[(number + step) % len(TOPICS)] for step in (0, 3, 5)[: 2 + number % 2]]})


def add_schools(county):
    for number, (municipality, code, name, last, letters) in enumerate(SCHOOLS):
        county.institution(code, municipality, "school", name)
        classes = [f"{grade}{letter}" for grade in range(1, last + 1) for letter in letters]
        large, small = len(classes) >= 18, last == 6 and letters == "a"
        county.post(code, "head")
        county.post(code, "registrar", 50)
        shares = {"hev-coordinator": 100 if large else 50, "social-pedagogue": 100 if large else 50,
                  "special-educator": 100 if large else 50, "speech-therapist": 75 if large else 25}
        if not small:
            shares["school-psychologist"] = 100 if large else 25
        if large:
            shares["school-nurse"] = 100
        for role, share in shares.items():
            county.post(code, role, share)
            county.specialist("institution", municipality, code, role, share, "institution", (1, last))
        for class_name in classes:
            county.post(code, "class-teacher", 100, class_name)
        county.service(
            f"{code}.study-help", municipality, code, "service", "Õpiabi ja järeleaitamine", "education",
            "institution", ["learning"], "universal", 10 + len(classes), (1, last),
            "Klassijuhataja lepib kokku aineõpetajaga")
        county.team(
            code, ["hev-coordinator", "social-pedagogue", "special-educator", "school-psychologist", "head"],
            "hev-coordinator", number)


def add_kindergartens(county):
    for number, (municipality, code, name, groups) in enumerate(KINDERGARTENS):
        county.institution(code, municipality, "kindergarten", name)
        county.post(code, "head")
        county.post(code, "registrar", 25)
        shares = {"aev-coordinator": 50, "special-educator": 50, "speech-therapist": 50}
        for role, share in shares.items():
            county.post(code, role, share)
            county.specialist("institution", municipality, code, role, share, "institution", (0, 0))
        for group in range(1, groups + 1):
            county.post(code, "kindergarten-teacher", 100, f"r{group}")
        county.team(
            code, ["aev-coordinator", "special-educator", "speech-therapist", "head"], "aev-coordinator", number)


def add_municipalities(county):
    for code, (name, slug) in MUNICIPALITIES.items():
        office = slug if slug.startswith("rakvere") else f"{slug}-vald"
        title = "linnavalitsus" if code == "0663" else "vallavalitsus"
        county.institution(
            office, code, "municipality", f"{name.rsplit(' ', 1)[0]} {title}, sotsiaal- ja haridustöö")
        for role in OFFICE_ROLES:
            # Kadrina has no education officer's post at all (ennetusmudel.ee ?p=955).
            if (code, role) != ("0272", "education-head"):
                county.post(office, role)
        # Rakvere vald's model is led by its prevention specialist (?p=975); in two others the post waits for someone.
        if code in ("0661", "0792", "0903"):
            county.post(office, "prevention-specialist")
        for role in ("child-protection-worker", "family-worker", "youth-worker", "prevention-specialist"):
            if role in county.roles_of[office]:
                county.specialist("municipality-specialists", code, office, role, 100, "municipality", (0, 12))
        place = name.rsplit(" ", 1)[0]
        centre = f"naidis-noortekeskus-{slug}"
        county.institution(centre, code, "youth-centre", f"Näidis Noortekeskus ({name})")
        if code != "0272":
            county.service(
                f"{centre}.open", code, centre, "service", f"Avatud noortekeskus ({place})", "youth",
                "municipality", ["leisure", "social-coping"], "universal", 40, (1, 12), "Noor tuleb ise või koos saatjaga")
        county.service(
            f"{office}.family-counselling", code, office, "service", f"Perenõustamine ({place})", "social",
            "municipality", ["family", "mental-health"], "selective", 8, (0, 12), "Pöördumine peretöötaja kaudu")
        county.service(
            f"{office}.support-person", code, office, "service", f"Lapse tugiisik ({place})", "social",
            "municipality", ["attendance", "social-coping", "behaviour"], "indicated", 5, (0, 12),
            "Taotlus lastekaitsespetsialistile")


def add_county_bodies(county):
    for code, kind, name, roles in COUNTY_BODIES:
        county.institution(code, COUNTY, kind, name)
        for role in roles:
            county.post(code, role)
    refer = "Pöördumine asutuse veebilehel või telefonil"
    for row in (
        ("rajaleidja.kvm", "rajaleidja", "service", "Kooliväline nõustamismeeskond", "education", "state",
         ["learning", "behaviour", "speech"], "indicated", 60, (0, 12), "Taotlus Rajaleidjale, vanema nõusolekul"),
        ("tootukassa.career", "tootukassa", "service", "Karjäärinõustamine", "education", "state", ["career"],
         "universal", 200, (7, 12), refer),
        ("sotsiaalkindlustusamet.child-house", "sotsiaalkindlustusamet", "service", "Lastemaja", "child-protection", "state",
         ["safety", "mental-health"], "indicated", 10, (0, 12), "Lastekaitsespetsialisti kaudu"),
        ("sotsiaalkindlustusamet.victim-support", "sotsiaalkindlustusamet", "service", "Ohvriabi", "child-protection", "state",
         ["safety", "family"], "selective", 40, (0, 12), refer),
        ("piirkonnapolitsei.prevention", "piirkonnapolitsei", "service", "Piirkonnapolitseiniku ennetusvestlus", "police", "state",
         ["safety", "behaviour"], "selective", 40, (1, 12), "Pöördumine piirkonnapolitseiniku poole"),
        ("virol.mental-health-nurse", "virol", "service", "Maakondlik vaimse tervise õde", "health", "county",
         ["mental-health"], "indicated", 12, (1, 12), "Pöördumine koolipsühholoogi või kooliõe kaudu"),
        ("virol.school-return", "virol", "programme", "Kooli tagasi: koolivältimise programm", "education", "county",
         ["attendance"], "indicated", 16, (4, 12), "Pöördumine sotsiaalpedagoogi kaudu"),
        ("virol.language-club", "virol", "programme", "Eesti keele klubi uussisserändajatele", "education", "county",
         ["language"], "universal", 30, (1, 12), "Registreerimine VIROLi kaudu"),
        ("naidis-perearstikeskus.nurse", "naidis-perearstikeskus", "service", "Pereõe vastuvõtt", "health", "county", ["health"],
         "universal", 60, (0, 12), refer),
    ):
        code, institution, kind, name, field, scope, needs, tier, places, grades, how = row
        county.service(code, COUNTY, institution, kind, name, field, scope, needs, tier, places, grades, how)


# --- process templates -------------------------------------------------------------------------------------------


def add_templates(county):
    """The templates are those that the product ships; a document says of them what it has places for."""
    records = json.loads(SHIPPED.read_text(encoding="utf-8"))["records"]
    for record in records:
        if record["kind"] != "template":
            continue
        fields = record["fields"]
        levels = [level["fields"] for level in records
                  if level["kind"] == "template-level" and level["fields"]["template"] == record["code"]]
        county.document["templates"].append({
            "municipality": record["municipality"], "institutionKind": fields["institution_kind"],
            "draft": fields["draft"], "fallback": fields["fallback"],
            "gradeFrom": fields["grade_from"], "gradeTo": fields["grade_to"],
            "levels": [
                {"order": level["order"], "nameEt": level["name_et"], "nameEn": level["name_en"],
                 "coordinatorRole": level["coordinator_role"], "coordinatorPlace": level["coordinator_place"],
                 "entry": level["entry"], "firstActionSchoolDays": level["first_action_school_days"]}
                for level in levels],
            "phases": fields["phases"], "version": fields["template_version"], "source": fields["source"]})


def main():
    county = County()
    county.document["municipalities"] = [
        {"code": code, "name": name} for code, (name, _) in MUNICIPALITIES.items()
    ] + [{"code": COUNTY, "name": "Lääne-Viru maakond"}]
    add_schools(county)
    add_kindergartens(county)
    add_municipalities(county)
    add_county_bodies(county)
    add_templates(county)
    posts = {post["code"] for post in county.document["posts"]}
    missing = sorted((VACANT | set(SHARED) | set(SHARED.values())) - posts)
    if missing:
        sys.exit("make_county: these posts are named but do not exist: " + ", ".join(missing))
    lines = []
    for key, entries in county.document.items():
        rows = ",\n".join("  " + json.dumps(entry, ensure_ascii=False) for entry in entries)
        lines.append(f' "{key}": [\n{rows}\n ]')
    print("{\n" + ",\n".join(lines) + "\n}")


if __name__ == "__main__":
    main()
