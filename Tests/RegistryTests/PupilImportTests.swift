import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import ServiceKit
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Bringing in a school's pupils")
struct PupilImportTests {
    @Test("New pupils become children, each told once with place and no name")
    func newPupils() async throws {
        let bench = try await SampleCounty.bench()
        let response = try await bench.importPupils(
            SampleCounty.csv(
                SampleCounty.row(1), SampleCounty.row(2, className: "7b", residence: "0903")))
        #expect(response.faults.isEmpty)
        #expect(response.rows == 2)
        #expect(response.good == 2)
        #expect(response.created == 2)
        let placed = try await bench.placed()
        try #require(placed.count == 2)
        #expect(placed[0].institutionID == SampleCounty.institution(SampleCounty.school).data)
        #expect(placed[0].className == "7a")
        #expect(placed[0].grade == 7)
        #expect(placed[1].residenceMunicipality == "0903")
        #expect(placed[1].schoolMunicipality == "0901")
    }

    @Test("The same file again changes nothing and tells nothing")
    func again() async throws {
        let bench = try await SampleCounty.bench()
        let csv = SampleCounty.csv(SampleCounty.row(1), SampleCounty.row(2, code: "50001010017"))
        _ = try await bench.importPupils(csv)
        let child = try await bench.child("n1")
        let response = try await bench.importPupils(csv)
        #expect(response.unchanged == 2)
        #expect(response.created + response.changed == 0)
        #expect(try await bench.placed().count == 2)
        #expect(try await bench.child("n1") == child)
    }

    @Test("The file as Excel saves it changes nothing, and what it had put right is told in both languages")
    func savedByExcel() async throws {
        let bench = try await SampleCounty.bench()
        let csv = SampleCounty.csv(SampleCounty.row(1), SampleCounty.row(2, birthDate: "2013-05-09"))
        #expect(try await bench.importPupils(csv).created == 2)
        // Semicolons, dates as they are shown, zeros of codes gone, Windows-1257.
        let saved = csv.replacing(",", with: ";").replacing("2025-09-01", with: "1.9.2025")
            .replacing("2013-05-09", with: "9.5.2013").replacing(";0901;", with: ";901;")
        let bytes = saved.unicodeScalars.map {
            $0 == "Õ" ? 0xD5 : $0 == "õ" ? 0xF5 : $0 == "ä" ? 0xE4 : UInt8($0.value)
        }
        let again = try await bench.importPupils(bytes)
        #expect(again.faults.isEmpty, "\(again.faults)")
        #expect(again.unchanged == 2 && again.created + again.changed == 0)
        #expect(
            again.notes.map { "\($0.row) \($0.rows) \($0.column) \($0.code)" } == [
                "2 2 residence leading-zero-restored"
            ])
        #expect(
            again.notes.allSatisfy { !$0.message.isEmpty && !$0.messageEt.isEmpty && !$0.remedyEt.isEmpty })
        let wrong = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(3, grade: 14)))
        #expect(wrong.faults.map(\.remedyEt) == ["Kirjuta 1 kuni 12; ettevalmistusrühmal 0."])
    }

    @Test("A retried operation gives the first answer and no second effect")
    func retry() async throws {
        let bench = try await SampleCounty.bench()
        let csv = SampleCounty.csv(SampleCounty.row(1))
        let operation = OperationID(madeAt: bench.clock.now())
        let first = try await bench.importPupils(csv, operation: operation)
        let second = try await bench.importPupils(csv, operation: operation)
        #expect(first == second)
        #expect(second.created == 1)
    }

    @Test("A pupil who is missing from a later file stays")
    func missing() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1), SampleCounty.row(2)))
        _ = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(2)))
        #expect(try await bench.placed().count == 2)
        #expect(try await bench.listChildren(as: SampleCounty.registrar).filter { !$0.left }.count == 2)
    }

    @Test("A leaver and a change of class are told; a new address of a representative is not")
    func changes() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.importPupils(
            SampleCounty.csv(SampleCounty.row(1), SampleCounty.row(2), SampleCounty.row(3)))
        let response = try await bench.importPupils(
            SampleCounty.csv(
                SampleCounty.row(1, left: "2026-01-31"), SampleCounty.row(2, className: "7b"),
                SampleCounty.row(3).replacing("esindaja3@", with: "uus3@")))
        #expect(response.changed == 3)
        let later = try await bench.placed().dropFirst(3)
        #expect(later.map(\.left) == [true, false])
        #expect(later.map(\.className) == ["7a", "7b"])
    }

    @Test("A wrong row is named without its value; the good ones are counted; nothing is half-loaded")
    func faults() async throws {
        let bench = try await SampleCounty.bench()
        let csv = SampleCounty.csv(
            SampleCounty.row(1), SampleCounty.row(2, code: "50001010011"), SampleCounty.row(3, grade: 13),
            SampleCounty.row(4, residence: "Näidisvald"), SampleCounty.row(5, pupil: "n1"),
            SampleCounty.row(6, from: "31.9.2025"), SampleCounty.row(7, birthDate: "2013-02-30"),
            SampleCounty.row(8))
        for dryRun in [true, false] {
            let response = try await bench.importPupils(csv, dryRun: dryRun)
            #expect(response.rows == 8)
            #expect(response.good == 2)
            #expect(
                response.faults.map { "\($0.row) \($0.column) \($0.code)" } == [
                    "3 isikukood isikukood-check-digit", "4 grade grade-out-of-range",
                    "5 residence not-an-ehak-code", "6 pupil duplicate-pupil",
                    "7 from date-not-iso",
                    "8 birth_date date-not-iso",
                ])
            #expect(response.faultCount == 6)
            #expect(response.faults.allSatisfy { $0.file == "pupils.csv" && !$0.remedy.isEmpty })
            #expect(response.faults.allSatisfy { !$0.message.contains("50001010011") })
        }
        #expect(try await bench.placed().isEmpty)
        #expect(try await bench.children(["n1"]) == [nil])
    }

    @Test("A sheet as Excel saves it in Estonia is taken: Windows-1257, semicolons, its dates, eaten zeros")
    func spreadsheet() async throws {
        let bench = try await SampleCounty.bench()
        let header =
            "Õpilase ID;Eesnimi;Perekonnanimi;Isikukood;Sünnikuupäev;Klass;Klassiaste;Kodukeel;Elukoht;"
            + "Esindaja;Esindaja kontakt;Alates;Lahkus;;"
        let rows = "n1;Näidis;Õpilane 1;;03.01.2013;7a;7;et;901;;;1.09.2025;;;\r\n;;;;;;;;;;;;;;\r\n"
        let letters: [Character: UInt8] = ["Õ": 0xD5, "õ": 0xF5, "ä": 0xE4, "ü": 0xFC]
        let bytes = ("Kooli õpilased\r\n" + header + "\r\n" + rows).flatMap { character in
            letters[character].map { [$0] } ?? Array(String(character).utf8)
        }
        let response = try await bench.importPupils(bytes)
        #expect(response.faults.isEmpty)
        #expect(response.rows == 1 && response.created == 1)
        #expect(try await bench.placed().first?.residenceMunicipality == "0901")
        #expect(try await bench.listChildren(as: SampleCounty.registrar).first?.familyName == "Õpilane 1")
    }

    @Test("A header that is not the format's is a fault of the file")
    func header() async throws {
        let bench = try await SampleCounty.bench()
        let response = try await bench.importPupils("pupil,name\nn1,Näidis Õpilane 1\n")
        #expect(response.good == 0)
        #expect(response.faults.contains { $0.code == "missing-column" && $0.row == 1 })
        #expect(response.faults.allSatisfy { !$0.message.contains("Näidis") })
    }

    @Test("A dry run of good rows stores nothing")
    func dryRun() async throws {
        let bench = try await SampleCounty.bench()
        let response = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1)), dryRun: true)
        #expect(response.good == 1)
        #expect(response.created == 1)
        #expect(try await bench.placed().isEmpty)
    }

    @Test("The birth date of the isikukood must be the one given")
    func birthDate() async throws {
        let bench = try await SampleCounty.bench()
        let response = try await bench.importPupils(
            SampleCounty.csv(SampleCounty.row(1, code: "50001010017", birthDate: "2000-01-02")))
        #expect(response.faults.map(\.code) == ["birth-date-differs"])
        let right = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1, code: "50001010017")))
        #expect(right.faults.isEmpty)
        #expect(try await bench.placed().map(\.birthYear) == [2000])
    }

    @Test("A child who changes school within the municipality stays the same child")
    func move() async throws {
        let bench = try await SampleCounty.bench()
        let other = SampleCounty.otherSchool
        let registrar = SampleCounty.holder("\(other).registrar")
        _ = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1, code: "50001010017")))
        let refused = try await bench.importPupils(
            SampleCounty.csv(SampleCounty.row(9, code: "50001010017")), school: other, as: registrar)
        #expect(refused.faults.map(\.code) == ["placed-elsewhere"])
        let moved = try await bench.importPupils(
            SampleCounty.csv(SampleCounty.row(9, code: "50001010017", from: "2026-01-12")), school: other,
            as: registrar)
        #expect(moved.changed == 1)
        #expect(try await bench.child("n9", school: other) == bench.child("n1"))
        // The old school's later file about the leaver does not undo the move.
        _ = try await bench.importPupils(
            SampleCounty.csv(SampleCounty.row(1, code: "50001010017", left: "2026-01-11")))
        let last = try #require(try await bench.placed().last)
        #expect(last.institutionID == SampleCounty.institution(other).data)
        #expect(!last.left)
    }

    @Test("A pupil id given to another child is refused")
    func reusedID() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1, code: "50001010017")))
        let response = try await bench.importPupils(
            SampleCounty.csv(SampleCounty.row(1, code: "50101010009")))
        #expect(response.faults.map(\.code) == ["pupil-id-reused"])
    }

    @Test("A file without the isikukood takes no known one away")
    func keptCode() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1, code: "50001010017")))
        _ = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1, className: "7b")))
        #expect(try await bench.placed().map(\.birthYear) == [2000, 2000])
        let again = try await bench.importPupils(
            SampleCounty.csv(SampleCounty.row(5, code: "50001010017", from: "2026-01-12")))
        #expect(again.created == 0)
        #expect(try await bench.child("n5") == bench.child("n1"))
    }

    @Test(
        "Others than the institution's registrar or head, or the municipality's registrar, may not import",
        arguments: [
            SampleCounty.classTeacher, SampleCounty.holder("\(SampleCounty.otherSchool).registrar"),
            SampleCounty.holder("\(SampleCounty.otherSchool).head"),
            SampleCounty.holder("vinni-vald.child-protection-worker"),
            Caller.synthetic(role: "registrar", person: .synthetic(99)), Caller.program("gateway"),
            SampleCounty.holder("virol.registrar", municipality: "0060"),
        ])
    func notAllowed(caller: Caller) async throws {
        let bench = try await SampleCounty.bench()
        await #expect(throws: RPCError.self) {
            try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1)), as: caller)
        }
        #expect(try await bench.placed().isEmpty)
    }

    @Test("The head and the municipality's registrar may import too")
    func allowed() async throws {
        let bench = try await SampleCounty.bench()
        for (index, caller) in [SampleCounty.head, SampleCounty.holder("vinni-vald.registrar")].enumerated() {
            let response = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(index)), as: caller)
            #expect(response.created == 1)
        }
    }

    @Test("Pupil ids are mapped in the order asked, for programs only")
    func mapping() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1), SampleCounty.row(2)))
        let found = try await bench.children(["n2", "unknown", "n1"])
        #expect(found[0] != nil)
        #expect(found[1] == nil)
        #expect(found[2] != nil)
        #expect(found[0] != found[2])
        #expect(try await bench.children(["n1"], school: SampleCounty.otherSchool) == [nil])
        await #expect(throws: RPCError.self) {
            try await bench.call(
                RegistryMethods.mapPupils,
                .with {
                    $0.municipality = "0901"
                    $0.institutionID = SampleCounty.institution(SampleCounty.school).data
                }, as: SampleCounty.registrar)
        }
    }

    @Test("A thousand pupils fit into one call and one transaction")
    func thousand() async throws {
        let bench = try await SampleCounty.bench()
        let csv = SampleCounty.header + (1...1000).map { SampleCounty.row($0) }.joined()
        let response = try await bench.importPupils(csv)
        #expect(response.created == 1000)
        #expect(try await bench.placed().count == 1000)
        #expect(try await bench.importPupils(csv).unchanged == 1000)
    }

    @Test("What identifies a child is nowhere in the files of the store")
    func sealed() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(17, code: "50001010017")))
        let folder = URL(filePath: bench.folder.path)
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        var stored = 0
        for file in files where file.contains("0901.sqlite") {
            let bytes = try Data(contentsOf: folder.appending(path: file))
            stored += bytes.count
            for secret in ["Õpilane 17", "50001010017", "Esindaja 17", "esindaja17@"] {
                #expect(bytes.firstRange(of: Data(secret.utf8)) == nil)
            }
        }
        #expect(stored > 0)
    }
}
