#!/usr/bin/env python3
"""Writes scripts/samples/records.json: what the sample county's municipalities keep beside institutions, posts and
resources: networks, visions, the workshops' list, target groups, personas with their journeys, interviews, indicators.

    python3 scripts/python/make_records.py > scripts/samples/records.json

Who sits in a network follows the municipalities' published models (ennetusmudel.ee), by role, in the posts of
scripts/samples/county.json. All else is made up and says so ("Näidis ..."): no persona is modelled on a child, no number
was counted. The layout is fixed, so the same county document gives the same records.
"""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
EM = "https://ennetusmudel.ee/?"
POLICE, RAJALEIDJA = "piirkonnapolitsei", "rajaleidja"

# code: office, target group, and a school and a kindergarten for the story
PLACES = {
    "0191": ("haljala-vald", "0191.early-years", "haljala-kool", "haljala-lasteaed"),
    "0272": ("kadrina-vald", "0272.kindergarten", "vohnja-lasteaed-algkool", "sipsik-lasteaed"),
    "0661": ("rakvere-vald", "0661.grades-1-3", "lasila-pohikool", "paasusilm-lasteaed"),
    "0663": ("rakvere-linn", "0663.kindergarten", "naidis-gumnaasium-1-rakvere", "naidis-lasteaed-1-rakvere"),
    "0792": ("tapa-vald", "0792.grades-5-9", "naidis-gumnaasium-1-tapa", "naidis-lasteaed-1-tapa"),
    "0901": ("vinni-vald", "0901.grades-5-9", "vinni-pajusti-gumnaasium", "naidis-lasteaed-1-vinni"),
    "0903": ("viru-nigula-vald", "0903.grades-1-6", "aseri-kool", "kelluke-lasteaed"),
    "0928": ("vaike-maarja-vald", "0928.support-need", "naidis-gumnaasium-1-vaike-maarja",
             "naidis-lasteaed-1-vaike-maarja"),
}

# municipality: [(slug, type, name, name in English, leader, core posts, core bodies, wider posts, wider bodies, rhythm,
#                 wider rhythm, covision, source)]; posts without a dot are roles of the municipality's office
NETWORKS = {
    "0191": [("core", "core-group", "Haljala tuumikvõrgustik", "Haljala core network", "child-protection-worker",
              ["child-protection-worker", "education-head", "social-head", "haljala-kool.hev-coordinator",
               "haljala-kool.social-pedagogue", "vosu-kool.head", "vosu-kool.social-pedagogue",
               "vosu-kool.school-psychologist", "vosu-kool.special-educator", "haljala-lasteaed.speech-therapist"],
              [POLICE, "naidis-perearstikeskus"], [], [RAJALEIDJA], ["monthly"], ["per-case"], False, "p=939")],
    "0272": [("core", "core-group", "Kadrina tuumikgrupp", "Kadrina core group", "child-protection-worker",
              ["child-protection-worker", "family-worker", "youth-worker", "sipsik-lasteaed.head",
               "sipsik-lasteaed.special-educator", "sipsik-lasteaed.speech-therapist",
               "vohnja-lasteaed-algkool.social-pedagogue", "vohnja-lasteaed-algkool.special-educator",
               "vohnja-lasteaed-algkool.head"], [], [], [RAJALEIDJA], ["monthly"], ["per-case"], False, "p=955")],
    "0661": [("steering", "steering-group", "Rakvere valla juhtgrupp", "Rakvere vald steering group",
              "prevention-specialist",
              ["prevention-specialist", "education-head", "child-protection-worker", "lasila-pohikool.head",
               "uhtna-pohikool.head", "veltsi-lasteaed-algkool.head", "napi-kool.special-educator",
               "paasusilm-lasteaed.aev-coordinator"], [],
              ["youth-worker"], [POLICE, "naidis-perearstikeskus", RAJALEIDJA],
              ["each-school-monthly", "twice-a-year"], ["quarterly", "per-case"], True, "p=975")],
    "0663": [("core", "core-group", "Rakvere linna tuumikgrupp", "Rakvere city core group", "social-head",
              ["social-head", "education-head", "naidis-gumnaasium-1-rakvere.hev-coordinator",
               "naidis-algkool-5-rakvere.head", "naidis-lasteaed-1-rakvere.special-educator",
               "naidis-gumnaasium-1-rakvere.school-nurse"], [POLICE], [], [RAJALEIDJA], ["monthly"], ["per-case"],
              False, "p=967")],
    "0792": [("team", "cross-field-team", "Tapa valdkondadeülene meeskond", "Tapa cross-field team",
              "child-protection-worker",
              ["child-protection-worker", "social-head", "education-head", "prevention-specialist",
               "naidis-gumnaasium-1-tapa.hev-coordinator"], [], ["youth-worker"], [POLICE], ["monthly"],
              ["quarterly"], False, None)],
    "0901": [("team", "cross-field-team", "Vinni valdkondadeülene meeskond", "Vinni cross-field team",
              "education-head",
              ["education-head", "child-protection-worker", "family-worker",
               "vinni-pajusti-gumnaasium.social-pedagogue"], [], ["youth-worker"], [POLICE], ["monthly"],
              ["quarterly"], False, None)],
    "0903": [("institutions", "institution-network", "Viru-Nigula haridusasutuste võrgustik",
              "Viru-Nigula institutions' network", "aseri-kool.social-pedagogue",
              ["aseri-kool.social-pedagogue", "kunda-uhisgumnaasium.school-psychologist",
               "vasta-kool.social-pedagogue", "kelluke-lasteaed.head"], ["naidis-noortekeskus-viru-nigula"], [], [],
              ["monthly"], [], True, "p=998"),
             ("wider", "wider-network", "Viru-Nigula valdkondadeülene võrgustik", "Viru-Nigula cross-field network",
              "education-head",
              ["education-head", "social-head", "child-protection-worker", "aseri-kool.social-pedagogue",
               "kunda-uhisgumnaasium.school-psychologist", "vasta-kool.social-pedagogue", "kelluke-lasteaed.head"],
              [POLICE], ["youth-worker"], [], ["quarterly", "per-case"], [], False, "p=998")],
    "0928": [("commission", "commission", "Laste ja perede komisjon", "Children and families commission",
              "social-head", ["social-head", "child-protection-worker", "family-worker"], [], [], [POLICE],
              ["monthly", "per-case"], [], False, "author=2"),
             ("institutions", "institution-network", "Väike-Maarja haridusasutuste võrgustik",
              "Väike-Maarja institutions' network", "education-head",
              ["education-head", "naidis-gumnaasium-1-vaike-maarja.hev-coordinator",
               "naidis-kool-2-vaike-maarja.social-pedagogue", "naidis-lasteaed-1-vaike-maarja.aev-coordinator"], [],
              [], [RAJALEIDJA], ["monthly"], ["per-case"], True, "author=2")],
}

# municipality: (persona's name, ages, needs, story, strengths, at school or kindergarten)
PERSONAS = {
    "0191": ("Näidis-Timur", (7, 8), ["language", "learning"], "Uus õpilane, kes alles õpib eesti keelt; klassis on ta "
             "vait ja tööd jäävad pooleli.", ["joonistab hästi", "arvutab kiiresti"], "school"),
    "0272": ("Näidis-Mari", (5, 6), ["speech", "behaviour"], "Räägib vähe ja läheb mängus kergesti endast välja; kodus "
             "on väike vend ja vanemad käivad vahetustega tööl.", ["hoolib väiksematest", "armastab raamatuid"],
             "kindergarten"),
    "0661": ("Näidis-Karl", (8, 9), ["learning", "attendance"], "Lugemine edeneb vaevaliselt ja esmaspäeviti on kõht "
             "valus; kooli tuleb ta pika bussisõiduga.", ["osav kätega", "hea sõber"], "school"),
    "0663": ("Näidis-Liisa", (4, 6), ["behaviour", "social-coping"], "Lasteaiad liideti ja rühm vahetus; Liisa hoiab "
             "omaette ja ärritub müra peale.", ["märkab pisiasju"], "kindergarten"),
    "0792": ("Näidis-Artur", (13, 14), ["attendance", "mental-health"], "Puudub üha sagedamini ühest ainest; õhtud "
             "mööduvad arvutis ja uni on sassis.", ["programmeerib", "teeb nalja"], "school"),
    "0901": ("Näidis-Hanna", (14, 15), ["attendance", "career"], "Ei näe, milleks koolis käia; pärast põhikooli tahaks "
             "kohe tööle.", ["töökas", "hoolitseb loomade eest"], "school"),
    "0903": ("Näidis-Robin", (10, 11), ["behaviour", "learning"], "Märkusi on palju, sest tunnis istuda on raske; kodus "
             "kardetakse kooli kõnesid.", ["väsimatu", "abivalmis"], "school"),
    "0928": ("Näidis-Eliise", (11, 12), ["social-coping", "mental-health"], "Kolis poole aasta eest; sõpru veel ei ole "
             "ja hinded langevad vaikselt.", ["laulab", "kirjutab ilusti"], "school"),
}

OBSTACLES = {
    "0272": "Noorsootöötaja lahkus ja kohta ei ole täidetud: noorsootöö on katmata.",
    "0663": "Lasteaedade liitmine lükkas mudeli rakendamise edasi.",
    "0792": "Ennetustööspetsialisti koht on täitmata.",
    "0901": "Peretöötaja koht on täitmata.",
}
SOLUTIONS = {
    "0272": "Naabervalla noorsootöötaja käib kokkuleppel kord nädalas.",
    "0663": "Alustame ühest rühmast ja jagame kogemust.",
}


class Records:
    def __init__(self, county):
        self.rows = []
        self.posts = {post["code"] for post in county["posts"]}
        self.institutions = {item["code"] for item in county["institutions"]}
        self.resources = {item["code"] for item in county["resources"]}
        self.missing = set()

    def add(self, kind, code, municipality, **fields):
        self.rows.append({"kind": kind, "code": code, "municipality": municipality,
                          "fields": {name: value for name, value in fields.items() if value not in (None, [], "")}})

    def post(self, office, name):
        code = name if "." in name else f"{office}.{name}"
        if code not in self.posts:
            self.missing.add(code)
        return code

    def body(self, code):
        if code not in self.institutions:
            self.missing.add(code)
        return code


def networks(records, code, office):
    for row in NETWORKS[code]:
        slug, kind, name, english, leader, core, bodies, wider, wider_bodies, rhythm, wider_rhythm, covision, source = row
        network = f"{code}.{slug}"
        posts = [records.post(office, role) for role in core]
        records.add("network", network, code, name=name, name_en=english, type=kind,
                    leader_post=records.post(office, leader), core_posts=posts,
                    core_bodies=[records.body(item) for item in bodies],
                    wider_posts=[records.post(office, role) for role in wider],
                    wider_bodies=[records.body(item) for item in wider_bodies], rhythm=rhythm,
                    wider_rhythm=wider_rhythm, channels=["meeting", "video-meeting", "e-mail"],
                    covision=covision or None, source=source and EM + source)
        records.add("network-duty", f"{network}.lead", code, network=network, post=records.post(office, leader),
                    duty="Kutsub kokku, peab päevakorda, hoiab kokkulepped ühes kohas.")
        records.add("network-duty", f"{network}.member", code, network=network, post=posts[-1],
                    duty="Toob asutuse mured nimedeta arutellu ja viib kokkulepped asutusse tagasi.")
    records.add("agreement", f"{code}.police", code, name="Näidis koostöökokkulepe politseiga",
                subject="Piirkonnapolitseinik on võrgustikuga samas infoväljas ja osaleb vastavalt vajadusele.",
                municipalities=[code], bodies=[records.body(POLICE)], network=f"{code}.{NETWORKS[code][0][0]}",
                signed_on="2025-08-20", **{"from": "2025-09-01", "until": "2027-08-31"})


def workshop(records, code, office):
    by, network = records.post(office, "child-protection-worker"), f"{code}.{NETWORKS[code][0][0]}"

    def item(slug, kind, text, status, **more):
        records.add("workshop-item", f"{code}.{slug}", code, type=kind, text=text, network=network, raised_by_post=by,
                    raised_on="2026-04-16", status=status, **more)
    item("strength", "strength", "Näidis: inimesed tunnevad üksteist ja helistavad enne, kui mure suureks kasvab.",
         "done", evidence="Näidis: võrgustiku aastakokkuvõte.")
    item("need", "development-need", "Näidis: hindamisvahendi täitmine vajab igas asutuses harjutamist.", "in-progress")
    item("obstacle", "obstacle", OBSTACLES.get(code, "Näidis: tugispetsialisti vaba aega ei paista enne pöördumist."),
         "in-progress", evidence="Näidis: ametikohtade tabel.")
    item("solution", "solution", SOLUTIONS.get(code, "Näidis: vabad kohad kuupäevaga ühisesse tabelisse."),
         "in-progress", obstacle=f"{code}.obstacle", result="helped-partly" if code in SOLUTIONS else "not-known-yet")


def prevention(records, code, office, group, school, kindergarten):
    by = records.post(office, "child-protection-worker")
    if code in ("0792", "0901"):
        records.add("target-group", group, code, name="Näidis: 5.-9. klassi õpilased, kes hakkavad puuduma",
                    name_en="Sample: pupils of grades 5 to 9 who begin to miss school", layer="at-risk-inside",
                    institution_kinds=["school"], grade_from=5, grade_to=9, need_codes=["attendance"], draft=True)
        records.add("vision", f"{code}.vision", code, decided_on="2026-03-12", draft=True,
                    statement="Näidis: iga puuduma hakkav õpilane on nädalaga märgatud ja tal on üks kindel täiskasvanu.",
                    statement_en="Sample: every pupil who begins to miss school is noticed within a week and has one adult.",
                    aims=["Näidis: esimene samm viie õppepäevaga"], decided_by_post=records.post(office, "social-head"))
    period = {"from": "2025-09-01", "until": "2026-06-09"}
    for number, (indicator, value) in enumerate((("children-noticed", str(12 + int(code) % 7)),
                                                 ("unexcused-15-share", str(3 + int(code) % 4)))):
        records.add("indicator-value", f"{code}.{indicator}.2025", code, indicator=indicator, value=value,
                    basis="by-hand", source="Näidis kokkuvõte", entered_by_post=by, entered_on="2026-06-15",
                    **period)
    records.add("target-group-decision", f"{code}.decision.2026", code, target_group=group, decided_on="2026-06-18",
                network=f"{code}.{NETWORKS[code][0][0]}",
                indicator_values=[f"{code}.children-noticed.2025", f"{code}.unexcused-15-share.2025"],
                experience="Näidis: õpetajad ja tugispetsialistid näevad, et mure algab varem, kui see numbritesse jõuab.",
                review_on="2027-06-17")
    name, ages, needs, story, strengths, where = PERSONAS[code]
    place = school if where == "school" else kindergarten
    coordinator = f"{place}.hev-coordinator" if where == "school" else f"{place}.aev-coordinator"
    teacher = "class-teacher" if where == "school" else "kindergarten-teacher"
    persona = f"{code}.persona"
    resources = [f"{coordinator}.help", f"{office}.family-counselling"]
    records.missing.update(set(resources) - records.resources)
    records.add("persona", persona, code, name=name, target_group=group, card_version=1, age_from=ages[0],
                age_to=ages[1], story=story, need_codes=needs, strengths=strengths,
                contacts=["klassijuhataja" if where == "school" else "rühma õpetaja", "vanem", "vanavanem"],
                ecosystem_posts=[records.post(office, coordinator), by], ecosystem_resources=resources,
                ecosystem_bodies=[records.body(RAJALEIDJA)])
    steps = (("Märkamine", {"owner_role": teacher}, 1, "noticing"),
             ("Vestlus lapse ja vanemaga, hindamisvahend", {"owner_role": teacher}, 5, "clarifying-needs"),
             ("Eesmärgid ja tegevused", {"owner_post": coordinator}, 10, "setting-goals"),
             ("Kokkuvõte: kas läks paremaks", {"owner_post": coordinator}, 60, "evaluating"))
    for order, (step, owner, days, phase) in enumerate(steps, 1):
        records.add("touchpoint", f"{persona}.{order}", code, persona=persona, order=order, name=step,
                    time_target=days, time_unit="school-days", phase=phase, **owner)
    records.add("interview-round", f"{code}.interviews.2026", code, name="Näidis intervjuud, kevad 2026",
                target_group=group, led_by_post=by, guide="Küsi, mis aitas ja mis takistas. Nimesid ei küsita ega "
                "kirjutata; salvestust ei hoita.", consent="written", consent_of="representative", consents=4,
                interviews=4, **{"from": "2026-04-01", "until": "2026-05-15"})
    records.add("interview-finding", f"{code}.interviews.2026.1", code, round=f"{code}.interviews.2026",
                finding="Näidis: pere ei teadnud, kelle poole pöörduda, ja ootas, et kool ise küsiks.",
                said_by=["representative"], need_codes=needs[:1], persona=persona, persona_version=1,
                changed=["kokkupuuted", "teekonna esimene samm"])


def main():
    records = Records(json.loads((ROOT / "scripts/samples/county.json").read_text(encoding="utf-8")))
    for code, (office, group, school, kindergarten) in PLACES.items():
        networks(records, code, office)
        workshop(records, code, office)
        prevention(records, code, office, group, school, kindergarten)
    if records.missing:
        sys.exit("make_records: not in the county document: " + ", ".join(sorted(records.missing)))
    rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in records.rows)
    about = "Sample records of the eight municipalities, made by scripts/python/make_records.py. All made up."
    print(f'{{\n "about": {json.dumps(about)},\n "records": [\n{rows}\n ]\n}}')


if __name__ == "__main__":
    main()
