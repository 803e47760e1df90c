import Contracts
import Foundation
@testable import Registry
import RPC
import ServiceKit
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Tables of other makers, and tables that people changed in between")
struct ForeignTableTests {
    /// A profile that the product ships.
    private static func shipped(_ name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(
            contentsOf: root.appending(path: "Sources/Operator/Shipped/\(name).json"), encoding: .utf8)
    }

    private static let institutions =
        "Õppeasutused 2026\r\n\r\n"
        + "Asutuse ID;Õppeasutuse nimi;Õppeasutuse liik;Õppeasutuse staatus;Omavalitsus;Aadress;Telefon\r\n"
        + "9001;Näidise Uus Kool;põhikool;tegutsev;Vinni vald;Pikk 1, 46603 Vinni;+372 5550 0001\r\n"
        + "9002;Näidise Suletud Kool;põhikool;suletud;Vinni vald;;\r\n"
        + "9003;Näidise Kool Mujal;põhikool;tegutsev;Tartu linn;;\r\n"
        + "9004;Näidise Tapa Kool;gümnaasium;tegutsev;Tapa vald;;\r\n"
        + "9005;Näidise Lasteaed;koolieelne lasteasutus;tegutsev;Vinni vald;;\r\n"

    @Test("A register's list of institutions is taken by its profile; others' rows are passed over")
    func institutionsByProfile() async throws {
        let bench = try await SampleCounty.bench()
        let profile = try Self.shipped("ehis-institutions")
        let dry = try await bench.importForeign(
            Self.institutions, kind: "institution", profile: profile, dryRun: true)
        #expect(dry.faults.isEmpty, "\(dry.faults)")
        #expect(!dry.stored && dry.created == 2 && dry.passedOver == 3 && dry.rows == 2)
        #expect(dry.previewEt == "2 uut, 0 muudetud")
        let stored = try await bench.importForeign(
            Self.institutions, kind: "institution", profile: profile)
        #expect(stored.stored && stored.created == 2)
        let school = try await bench.get("institution", "ehis.9001")
        #expect(school.municipality == "0901")
        #expect(school.fields["kind"]?.text == "school")
        #expect(school.fields["contact_phone"]?.text == "+372 5550 0001")
        let again = try await bench.importForeign(
            Self.institutions, kind: "institution", profile: profile)
        #expect(again.repeatedFile && !again.stored)
    }

    @Test("Faults of a foreign table are told by its own rows, in both languages, whoever finds them")
    func foreignRows() async throws {
        let bench = try await SampleCounty.bench()
        let wrong = Self.institutions.replacing("koolieelne lasteasutus", with: "huvikool")
            .replacing("9001;Näidise Uus Kool", with: "90 01;Näidise Uus Kool")
        let answer = try await bench.importForeign(
            wrong, kind: "institution", profile: try Self.shipped("ehis-institutions"))
        #expect(!answer.stored)
        #expect(
            answer.faults.map { "\($0.row) \($0.field) \($0.reason)" } == [
                "4 code code-malformed", "8 kind value-not-mapped",
            ])
        #expect(answer.faults.allSatisfy { !$0.messageEt.isEmpty && !$0.remedyEt.isEmpty })
    }

    @Test("A school's staff come in as people, then as posts of the school that the command names")
    func staff() async throws {
        let bench = try await SampleCounty.bench()
        let csv =
            "Töötaja kood\tTöötaja nimi\tE-post\tAmetikoha kood\tAmet\tKoormus\tKlass\tAlates\n"
            + "17\tÕpetaja 17, Näidis\tn17@naide.example\t171\tklassijuhataja\t100\t3a\t1.9.2025\n"
            + "18\tÕpetaja 18, Näidis\tn18@naide.example\t181\tlogopeed\t\t\t1.9.2025\n"
        let people = try await bench.importForeign(
            csv, kind: "person", profile: try Self.shipped("ekool-teachers"))
        #expect(people.stored && people.created == 2, "\(people.faults)")
        #expect(
            try await bench.get("person", "ekool.17").fields["family_name"]?.text == "Õpetaja 17")
        let profile = try Self.shipped("ekool-posts").replacing(
            "\"to\": \"institution\", \"constant\": \"\"",
            with: "\"to\": \"institution\", \"constant\": \"naidis-kool-3-vinni\"")
        let posts = try await bench.importForeign(csv, kind: "post", profile: profile)
        #expect(posts.stored && posts.created == 2, "\(posts.faults)")
        let post = try await bench.get("post", "ekool.181")
        #expect(post.fields["role"]?.text == "speech-therapist")
        #expect(post.fields["share_percent"]?.integer == 100)
        #expect(post.fields["person"]?.text == "ekool.18")
        #expect(post.fields["from"]?.text == "2025-09-01")
    }

    @Test("A profile that cannot be used is refused before anything is read")
    func refused() async throws {
        let bench = try await SampleCounty.bench()
        let teachers = try Self.shipped("ekool-teachers")
        for profile in ["{", teachers.replacing("tugi-profile/1", with: "tugi-profile/9"), teachers] {
            await #expect(throws: RPCError.self) {
                try await bench.importForeign("a,b\n", kind: "institution", profile: profile)
            }
        }
    }

    // MARK: what people changed in between

    private static func places(_ one: Int, _ other: Int, name: String = "Näidis teenus") -> String {
        "code,table,name,kind,field,scope,need_codes,prevention_tier,grade_from,grade_to,capacity_places,"
            + "capacity_as_of\n"
            + [("vinni.a", one), ("vinni.b", other)].map { code, places in
                "\(code),services,\(name),service,social,municipality,family,selective,1,9,\(places),2026-02-01\n"
            }.joined()
    }

    @Test("What people changed since the last import stays while the file says what it said, and is told")
    func keptEdits() async throws {
        let bench = try await SampleCounty.bench()
        #expect(try await bench.importTable(Self.places(4, 4)).stored)
        bench.clock.advance(by: .seconds(3600))
        var edited = try await bench.get("resource", "vinni.a")
        edited.fields["capacity_places"] = .with { $0.integer = 9 }
        #expect(try await bench.put(edited).faults.isEmpty)
        bench.clock.advance(by: .seconds(3600))

        // The nightly file brings something new for the other row only.
        let next = try await bench.importTable(Self.places(4, 5))
        #expect(next.stored && next.changed == 1 && next.keptEdits == 1)
        #expect(next.previewEn == "0 new, 1 changed, 1 value changed by hand kept")
        #expect(next.previewEt == "0 uut, 1 muudetud, 1 käsitsi muudetud väärtus jääb")
        #expect(try await bench.get("resource", "vinni.a").fields["capacity_places"]?.integer == 9)
        bench.clock.advance(by: .seconds(3600))

        // A new value of the file wins over what was changed by hand, and that is told.
        edited.fields["capacity_places"] = .with { $0.integer = 11 }
        #expect(try await bench.put(edited).faults.isEmpty)
        bench.clock.advance(by: .seconds(3600))
        let wins = try await bench.importTable(Self.places(6, 5), dryRun: true)
        #expect(wins.changed == 1 && wins.notes.map(\.reason) == ["edit-overwritten"])
        #expect(wins.notes.map(\.row) == [2])
    }

    @Test("The file overwrites what people changed when it is told to")
    func overwritten() async throws {
        let bench = try await SampleCounty.bench()
        #expect(try await bench.importTable(Self.places(4, 4)).stored)
        bench.clock.advance(by: .seconds(3600))
        var edited = try await bench.get("resource", "vinni.a")
        edited.fields["capacity_places"] = .with { $0.integer = 9 }
        #expect(try await bench.put(edited).faults.isEmpty)
        bench.clock.advance(by: .seconds(3600))
        let csv = Self.places(4, 4, name: "Näidis uus nimi")
        let kept = try await bench.importTable(csv, dryRun: true)
        #expect(kept.notes.map { "\($0.row) \($0.field) \($0.reason)" } == ["2 capacity_places edit-kept"])
        let answer = try await bench.importForeign(csv, kind: "resource", profile: "", overwrites: true)
        #expect(answer.stored && answer.changed == 2 && answer.keptEdits == 0)
        #expect(try await bench.get("resource", "vinni.a").fields["capacity_places"]?.integer == 4)
    }

    @Test("What was put right is told with its first row and in how many it was")
    func notes() async throws {
        let bench = try await SampleCounty.bench()
        let csv =
            "code,municipality,table,name,kind,field,scope,need_codes,prevention_tier,grade_from,grade_to,"
            + "capacity_places,capacity_as_of\n"
            + ["a", "b"].map {
                "vinni.\($0),901,services,Näidis,service,social,municipality,family,selective,1,9,4,2026-02-01\n"
            }.joined()
        let answer = try await bench.importTable(csv, dryRun: true)
        #expect(answer.faults.isEmpty)
        #expect(
            answer.notes.map { "\($0.row) \($0.rows) \($0.field) \($0.reason)" } == [
                "2 2 municipality leading-zero-restored"
            ])
        #expect(answer.notes.allSatisfy { !$0.messageEt.isEmpty && !$0.messageEn.isEmpty })
    }
}

extension ServiceBench {
    func importForeign(
        _ csv: String, kind: String, profile: String, dryRun: Bool = false, overwrites: Bool = false
    ) async throws -> RegistryImportTableResponse {
        try await call(
            RegistryMethods.importTable,
            .with {
                $0.kind = kind
                $0.municipality = "0901"
                $0.csv = Data(csv.utf8)
                $0.delta = true
                $0.dryRun = dryRun
                $0.profile = Data(profile.utf8)
                $0.overwriteEdits = overwrites
            }, as: RecordScene.registrar)
    }
}
