import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import ServiceKit
import SwiftProtobuf
import Testing
import TestSupport

@Suite("The same child twice")
struct DuplicateTests {
    static let municipalRegistrar = SampleCounty.holder("vinni-vald.registrar")
    static let otherRegistrar = SampleCounty.holder("\(SampleCounty.otherSchool).registrar")

    /// Unlike names of made-up syllables.
    private static func word(_ number: Int, _ salt: Int) -> String {
        let syllables = [
            "ka", "le", "mi", "to", "su", "ra", "ne", "vi", "po", "hu", "ja", "ti", "ge", "do", "ba", "fy",
        ]
        var mixed = UInt64(number * 8 + salt) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 29)) &* 0xBF58_476D_1CE4_E5B9
        return (0..<4).map { syllables[Int(mixed >> UInt64(20 + $0 * 8)) & 15] }.joined().capitalized
    }

    private static func row(
        _ pupil: String, _ given: String, _ family: String, birthDate: String, code: String = "",
        representative: String, contact: String? = nil, className: String = "7a", left: String = ""
    ) -> String {
        "\(pupil),\(given),\(family),\(code),\(birthDate),\(className),7,et,0901,\(representative),"
            + "\(contact ?? String(pupil.prefix(1)))@example.invalid,2025-09-01,\(left)\n"
    }

    /// A school with forty unlike pupils, a pair of twins, and a child whom another school has written otherwise.
    private static func bench() async throws -> ServiceBench {
        let bench = try await SampleCounty.bench()
        var here = SampleCounty.header
        for number in 10..<50 {
            here += row(
                "a\(number)", word(number, 1), word(number, 2),
                birthDate: "20\(number % 6 + 10)-0\(number % 9 + 1)-\(number % 18 + 10)",
                representative: "\(word(number, 3)) \(word(number, 2))")
        }
        here += row("t1", "Anna", "Kaksikov", birthDate: "2012-03-04", representative: "Vanem Kaksikov")
        here += row("t2", "Hanna", "Kaksikov", birthDate: "2012-03-04", representative: "Vanem Kaksikov")
        here += row("d1", "Jüri", "Topeltmägi", birthDate: "2011-05-06", representative: "Vanem Topeltmägi")
        let there =
            SampleCounty.header
            + row(
                "d9", "Juri", "Topeltmagi", birthDate: "2011-05-06", representative: "Vanem Topeltmägi",
                left: "2026-01-05")
        _ = try await bench.importPupils(here)
        _ = try await bench.importPupils(there, school: SampleCounty.otherSchool, as: otherRegistrar)
        return bench
    }

    @Test("Pairs are found and explained, twins are left to a person, and the look is recorded")
    func found() async throws {
        let bench = try await Self.bench()
        let answer = try await bench.findDuplicates(mergeCertain: true)
        #expect(answer.children == 44)
        #expect(answer.merged == 0)
        #expect(answer.waiting >= 2 && answer.waiting < 6)
        let pairs = try await bench.duplicates()
        let twins = try #require(pairs.first { $0.first.familyName == "Kaksikov" })
        #expect(twins.doubts.contains("twins"))
        let (one, other) = (
            try await bench.child("d1"), try await bench.child("d9", school: SampleCounty.otherSchool)
        )
        let double = try #require(
            pairs.first { Set([$0.first.childID, $0.second.childID]) == [one.data, other.data] })
        #expect(double.bits > 5)
        #expect(abs(double.reasons.reduce(0) { $0 + $1.bits } - double.bits) < 1e-6)
        #expect(double.reasons.contains { $0.field == "birth_date" && $0.level == "exact" && $0.bits > 3 })
        let entries = try await bench.audited(one, in: "0901", as: SampleCounty.head)
        #expect(entries.contains { $0.action.hasSuffix("ListDuplicates") && $0.granted })
        // Found again, the pair is the same pair.
        _ = try await bench.findDuplicates()
        #expect(Set(try await bench.duplicates().map(\.pairID)) == Set(pairs.map(\.pairID)))
    }

    @Test("A merge by a named person shows one child under both ids, and undoing gives back exactly what was")
    func mergedAndSeparated() async throws {
        let bench = try await Self.bench()
        let (one, other) = (
            try await bench.child("d1"), try await bench.child("d9", school: SampleCounty.otherSchool)
        )
        let teacher = SampleCounty.classTeacher
        let otherHead = SampleCounty.holder("\(SampleCounty.otherSchool).head")
        let before = [
            try await bench.getChild(one, as: Self.municipalRegistrar),
            try await bench.getChild(other, as: Self.municipalRegistrar),
        ]
        _ = try await bench.findDuplicates()
        let pair = try #require(
            try await bench.duplicates().first { [$0.first.childID, $0.second.childID].contains(one.data) })
        let merged = try await bench.decide(pair.pairID, same: true, reason: "Vanem kinnitas")
        #expect(merged.state == "merged")
        #expect(merged.keptChildID == one.data)
        #expect(merged.decidedBy == Self.municipalRegistrar.person?.data)
        #expect(merged.reason == "Vanem kinnitas")

        for id in [one, other] {
            let child = try await bench.getChild(id, as: Self.municipalRegistrar)
            #expect(child.childID == one.data)
            #expect(child.alsoChildIds == [other.data])
        }
        let all = try await bench.listChildren(as: Self.municipalRegistrar)
        #expect(all.filter { [one.data, other.data].contains($0.childID) }.map(\.childID) == [one.data])
        // Nobody who saw the child lost sight of it.
        #expect(try await bench.listChildren(as: otherHead).map(\.childID) == [other.data])
        #expect(try await bench.getChild(other, as: otherHead).childID == one.data)
        #expect(try await bench.getChild(one, as: teacher).childID == one.data)
        let entries = try await bench.audited(other, in: "0901", as: otherHead)
        #expect(entries.contains { $0.action.hasSuffix("DecideDuplicate") && $0.granted })

        let undone = try await bench.undo(pair.pairID)
        #expect(undone.state == "separated")
        #expect(
            [
                try await bench.getChild(one, as: Self.municipalRegistrar),
                try await bench.getChild(other, as: Self.municipalRegistrar),
            ] == before)
        // A pair that was decided is not brought up again.
        _ = try await bench.findDuplicates(mergeCertain: true)
        #expect(try await !bench.duplicates().contains { $0.pairID == pair.pairID })
        #expect(try await bench.duplicates("separated").map(\.pairID) == [pair.pairID])
    }

    @Test("A schools' own ids and imports go on meaning their own record while the two are merged")
    func sourcesGoOn() async throws {
        let bench = try await Self.bench()
        _ = try await bench.findDuplicates()
        let (one, other) = (
            try await bench.child("d1"), try await bench.child("d9", school: SampleCounty.otherSchool)
        )
        let pair = try #require(
            try await bench.duplicates().first { [$0.first.childID, $0.second.childID].contains(one.data) })
        _ = try await bench.decide(pair.pairID, same: true)
        let changed = try await bench.importPupils(
            SampleCounty.header
                + Self.row(
                    "d9", "Juri", "Topeltmagi", birthDate: "2011-05-06", representative: "Teine",
                    left: "2026-01-06"),
            school: SampleCounty.otherSchool, as: Self.otherRegistrar)
        #expect(changed.changed == 1)
        #expect(try await bench.child("d9", school: SampleCounty.otherSchool) == other)
        #expect(try await bench.getChild(other, as: Self.municipalRegistrar).childID == one.data)
    }

    @Test("What is certain is merged by the program only when asked, and never with two open cases")
    func certain() async throws {
        let bench = try await Self.bench()
        let again =
            SampleCounty.header
            + Self.row(
                "d8", "Jüri", "Topeltmägi", birthDate: "2011-05-06", representative: "Vanem Topeltmägi",
                left: "2026-01-05")
        _ = try await bench.importPupils(again, school: SampleCounty.otherSchool, as: Self.otherRegistrar)
        let (one, other) = (
            try await bench.child("d1"), try await bench.child("d8", school: SampleCounty.otherSchool)
        )
        for (number, child) in [one, other].enumerated() { try await bench.openCase(number + 1, of: child) }
        #expect(try await bench.findDuplicates(mergeCertain: true).merged == 0)
        let pair = try #require(
            try await bench.duplicates().first {
                Set([$0.first.childID, $0.second.childID]) == [one.data, other.data]
            })
        #expect(pair.doubts.contains("open-cases"))
        #expect(pair.first.hasOpenCase_p && pair.second.hasOpenCase_p)
    }

    /// Three records of what looks like one child in a family of that number, of which the first and the third must not be joined:
    /// `a`, `b` and `c` of the number, the last two known at the other school.
    private static func chain(
        _ number: Int, birthDate: String, codes: (String, String) = ("", ""), attendsBoth: Bool = false
    ) -> (here: String, there: String) {
        func row(_ letter: String, code: String, left: String) -> String {
            Self.row(
                "\(letter)\(number)", word(900 + number, 1), word(900 + number, 2), birthDate: birthDate,
                code: code, representative: "\(word(900 + number, 3)) \(word(900 + number, 2))",
                contact: word(900 + number, 4), left: left)
        }
        return (
            row("a", code: codes.0, left: ""),
            row("b", code: "", left: "2026-01-05")
                + row("c", code: codes.1, left: attendsBoth ? "" : "2026-01-06")
        )
    }

    @Test("Merges in a row join nothing that the program may not join directly: that waits for a person")
    func certainChains() async throws {
        let bench = try await SampleCounty.bench()
        let chains = [
            Self.chain(1, birthDate: "2011-02-03"),
            Self.chain(2, birthDate: "2012-01-01", codes: ("51201010014", "51201010025")),
            Self.chain(3, birthDate: "2013-04-05", attendsBoth: true),
            Self.chain(4, birthDate: "2014-06-07"),
        ]
        var here = SampleCounty.header + chains.map(\.here).joined()
        for number in 10..<410 {
            here += Self.row(
                "f\(number)", Self.word(number, 1), Self.word(number, 2),
                birthDate: "20\(number % 8 + 10)-0\(number % 9 + 1)-\(number % 19 + 10)",
                representative: "\(Self.word(number, 3)) \(Self.word(number, 2))",
                contact: Self.word(number, 4))
        }
        _ = try await bench.importPupils(here)
        _ = try await bench.importPupils(
            SampleCounty.header + chains.map(\.there).joined(), school: SampleCounty.otherSchool,
            as: Self.otherRegistrar)
        func ends(_ number: Int) async throws -> (ChildID, ChildID) {
            (
                try await bench.child("a\(number)"),
                try await bench.child("c\(number)", school: SampleCounty.otherSchool)
            )
        }
        let withCases = try await ends(1)
        try await bench.openCase(1, of: withCases.0)
        try await bench.openCase(2, of: withCases.1)
        _ = try await bench.findDuplicates()
        let said = try await ends(4)
        let apart = try #require(
            try await bench.duplicates().first {
                Set([$0.first.childID, $0.second.childID]) == [said.0.data, said.1.data]
            })
        _ = try await bench.decide(apart.pairID, same: false)

        // Of each chain one end is joined with the middle, and the other end waits.
        #expect(try await bench.findDuplicates(mergeCertain: true).merged == 4)
        for (number, doubt) in [
            (1, "open-cases"), (2, "identifiers-differ"), (3, "attends-both"), (4, "decided-apart"),
        ] {
            let (one, other) = try await ends(number)
            let middle = try await bench.child("b\(number)", school: SampleCounty.otherSchool)
            let shown = try await bench.getChild(one, as: Self.municipalRegistrar)
            #expect(!(shown.alsoChildIds + [shown.childID]).contains(other.data), "\(doubt)")
            let waiting = try await bench.duplicates().filter {
                [$0.first.childID, $0.second.childID].contains(middle.data)
            }
            #expect(waiting.count == 1 && waiting.allSatisfy { $0.doubts.contains(doubt) }, "\(doubt)")
        }
        #expect(try await bench.findDuplicates(mergeCertain: true).merged == 0)
    }

    @Test("Finding and reading a merged child shows it once, with the marks of all its records")
    func foundAsOne() async throws {
        let bench = try await Self.bench()
        _ = try await bench.findDuplicates()
        let (one, other) = (
            try await bench.child("d1"), try await bench.child("d9", school: SampleCounty.otherSchool)
        )
        let pair = try #require(
            try await bench.duplicates().first { [$0.first.childID, $0.second.childID].contains(one.data) })
        _ = try await bench.mark(other, "do-not-contact", as: Self.municipalRegistrar)
        let registrar = Self.municipalRegistrar
        #expect(try await bench.find(name: "topelt", as: registrar).count == 2)
        _ = try await bench.decide(pair.pairID, same: true)

        let found = try await bench.find(name: "topelt", as: registrar)
        #expect(found.map(\.childID) == [one.data])
        #expect(found.first?.alsoChildIds == [other.data])
        #expect(found.first?.marks.map(\.kind) == ["do-not-contact"])
        // Each record goes on being kept for itself; the mark holds for the child.
        for (id, also) in [(one, other), (other, one)] {
            let record = try await bench.record(id, as: registrar)
            #expect(record.child.childID == id.data && record.child.alsoChildIds == [also.data])
            #expect(record.child.marks.map(\.kind) == ["do-not-contact"])
        }
        #expect(try await bench.record(one, as: registrar).content.givenName == "Jüri")
        #expect(try await bench.record(other, as: registrar).content.givenName == "Juri")
        let entries = try await bench.audited(
            other, in: "0901", as: SampleCounty.holder("\(SampleCounty.otherSchool).head"))
        #expect(entries.contains { $0.action.hasSuffix("FindChild") && $0.granted })
    }

    @Test("Two children stay two, and only who keeps both records decides")
    func refused() async throws {
        let bench = try await Self.bench()
        _ = try await bench.findDuplicates()
        let pairs = try await bench.duplicates()
        let twins = try #require(pairs.first { $0.first.familyName == "Kaksikov" })
        let double = try #require(pairs.first { $0.first.familyName.hasPrefix("Topelt") })
        for caller in [SampleCounty.classTeacher, SampleCounty.registrar, Self.otherRegistrar] {
            await #expect(throws: RPCError.self) { try await bench.findDuplicates(as: caller) }
            await #expect(throws: RPCError.self) {
                try await bench.decide(double.pairID, same: true, as: caller)
            }
        }
        await #expect(throws: RPCError.self) { try await bench.duplicates(as: SampleCounty.classTeacher) }
        await #expect(throws: RPCError.self) {
            try await bench.duplicates(
                as: SampleCounty.holder("virol.county-coordinator", municipality: "0060"))
        }
        // The school's own head decides within the school.
        #expect(try await bench.duplicates(as: SampleCounty.head).allSatisfy { $0.pairID != double.pairID })
        let apart = try await bench.decide(twins.pairID, same: false, as: SampleCounty.head)
        #expect(apart.state == "different")
        await #expect(throws: RPCError.self) { try await bench.undo(twins.pairID) }
        _ = try await bench.findDuplicates(mergeCertain: true)
        #expect(try await !bench.duplicates().contains { $0.pairID == twins.pairID })
        // A wrong "two children" can be put right.
        #expect(try await bench.decide(twins.pairID, same: true).state == "merged")
        await #expect(throws: RPCError.self) { try await bench.decide(twins.pairID, same: true) }
    }

    private static func entries(_ change: (inout ChildDuplicates.Entry) -> Void) -> [ChildDuplicates.Entry] {
        var entries = (0..<400).map { number in
            ChildDuplicates.Entry(
                id: .synthetic(UInt32(number)), givenName: word(number, 1), familyName: word(number, 2),
                birthDate: "20\(10 + number % 8)-0\(1 + number % 9)-\(10 + number % 19)", isikukood: "",
                representative: "\(word(number, 3)) \(word(number, 2))",
                contact: "\(word(number, 4))@example.invalid", language: "et",
                attends: .synthetic(1), hasOpenCase: true)
        }
        var again = entries[7]
        again.id = .synthetic(1000)
        change(&again)
        entries.append(again)
        return entries
    }

    private static func doubts(_ change: (inout ChildDuplicates.Entry) -> Void) -> [String]? {
        ChildDuplicates.pairs(of: entries(change)).first { $0.second == .synthetic(1000) }?.doubts
    }

    @Test("Only where nothing at all speaks against may the program decide")
    func certainPairs() {
        #expect(Self.doubts { ($0.hasOpenCase, $0.attends) = (false, nil) } == [])
        #expect(Self.doubts { $0.attends = nil } == ["open-cases"])
        #expect(Self.doubts { ($0.hasOpenCase, $0.attends) = (false, .synthetic(2)) } == ["attends-both"])
        #expect(
            Self.doubts { ($0.hasOpenCase, $0.attends, $0.givenName) = (false, nil, "Teine") }?.contains(
                "twins")
                == true)
        #expect(
            Self.doubts { ($0.hasOpenCase, $0.attends, $0.birthDate) = (false, nil, "2010-10-09") }
                .map { $0.isEmpty } != true)
        #expect(Self.doubts { ($0.givenName, $0.birthDate) = ("Muu", "2003-12-30") } == nil)
    }

    @Test("Merges in a row lead to one child, and each can be taken back by itself")
    func chains() {
        let ids = (1...4).map { ChildID.synthetic(UInt32($0)) }
        let identities = ChildIdentities([(ids[1], ids[0]), (ids[2], ids[0]), (ids[0], ids[3])])
        #expect(ids.allSatisfy { identities.kept(for: $0) == ids[3] })
        #expect(identities.all(for: ids[1]) == [ids[3], ids[0], ids[1], ids[2]])
        let less = ChildIdentities([(ids[1], ids[0]), (ids[2], ids[0])])
        #expect(less.kept(for: ids[2]) == ids[0] && less.kept(for: ids[3]) == ids[3])
        // Damaged rows end a look-up, they do not hang it.
        let circle = ChildIdentities([(ids[0], ids[1]), (ids[1], ids[0])])
        #expect(Set(circle.all(for: ids[0])).count == 2)
    }
}

extension ServiceBench {
    func openCase(_ number: Int, of child: ChildID) async throws {
        _ = try await deliver(
            [
                .caseLedBy(
                    .with {
                        $0.caseID = CaseID.synthetic(UInt32(number)).data
                        $0.roles = ["hev-coordinator"]
                        $0.place = "institution"
                        $0.open = true
                    })
            ], child: child, from: "referral", partition: "0901")
    }

    @discardableResult
    func findDuplicates(
        mergeCertain: Bool = false, as caller: Caller = DuplicateTests.municipalRegistrar
    ) async throws -> RegistryFindDuplicatesResponse {
        try await call(
            RegistryMethods.findDuplicates,
            .with {
                $0.municipality = "0901"
                $0.mergeCertain = mergeCertain
            }, as: caller)
    }

    func duplicates(
        _ state: String = "", as caller: Caller = DuplicateTests.municipalRegistrar
    ) async throws -> [RegistryDuplicatePair] {
        try await call(
            RegistryMethods.listDuplicates,
            .with {
                $0.municipality = "0901"
                $0.state = state
            }, as: caller
        ).pairs
    }

    @discardableResult
    func decide(
        _ pair: Data, same: Bool, reason: String = "", as caller: Caller = DuplicateTests.municipalRegistrar
    ) async throws -> RegistryDuplicatePair {
        try await call(
            RegistryMethods.decideDuplicate,
            .with {
                $0.municipality = "0901"
                $0.pairID = pair
                $0.same = same
                $0.reason = reason
            }, as: caller
        ).pair
    }

    @discardableResult
    func undo(
        _ pair: Data, as caller: Caller = DuplicateTests.municipalRegistrar
    ) async throws -> RegistryDuplicatePair {
        try await call(
            RegistryMethods.undoMerge,
            .with {
                $0.municipality = "0901"
                $0.pairID = pair
            }, as: caller
        ).pair
    }
}
