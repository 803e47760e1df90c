@testable import Registry
import ServiceKit
import Testing

@Suite("Checking records by their kind's description")
struct RecordRulesTests {
    private static let stored: [Record.Key: Record] = {
        let all = [
            Record(
                kind: "municipality", code: "0272", owner: "0272", fields: ["name": .text("Kadrina vald")]),
            Record(kind: "municipality", code: "0901", owner: "0901", fields: ["name": .text("Vinni vald")]),
            Record(
                kind: "institution", code: "naidis-kool", owner: "0272",
                fields: ["name": .text("Näidis Kool"), "kind": .text("school")]),
            Record(
                kind: "post", code: "naidis-kool.head", owner: "0272",
                fields: ["institution": .text("naidis-kool"), "role": .text("head")]),
        ]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })
    }()

    private static var context: RecordContext { RecordContext { stored[$0] } }

    private static let speechTherapy = Record(
        kind: "resource", code: "kadrina.logopeed", owner: "0272",
        fields: [
            "table": .text("services"), "name": .text("Logopeed"), "kind": .text("service"),
            "field": .text("education"), "scope": .text("municipality"), "need_codes": .list(["speech"]),
            "prevention_tier": .text("selective"), "grade_from": .integer(0), "grade_to": .integer(3),
            "capacity_places": .integer(4), "capacity_as_of": .text("2026-01-15"),
            "languages": .list(["et", "ru"]),
        ])

    private func faults(_ record: Record, kind: String? = nil) throws -> Set<String> {
        let kind = try #require(RecordKinds.named(kind ?? record.kind))
        return Set(
            try RecordCheck.faults(in: record, of: kind, context: Self.context).map {
                "\($0.field) \($0.reason)"
            })
    }

    @Test("A right record has no fault")
    func right() throws { #expect(try faults(Self.speechTherapy) == []) }

    @Test("Each fault of a record names its field")
    func wrongFields() throws {
        var record = Self.speechTherapy
        record.fields["name"] = nil
        record.fields["scope"] = .text("world")
        record.fields["capacity_places"] = .integer(-1)
        record.fields["capacity_as_of"] = .text("2026-02-30")
        record.fields["need_codes"] = .list(["speech", "speech"])
        record.fields["languages"] = .text("et")
        record.fields["area"] = .list(["0999"])
        record.fields["colour"] = .text("red")
        record.fields["schedule"] = .text("E\u{1f}K")
        record.owner = "9999"
        record.code = "Kadrina"
        #expect(
            try faults(record) == [
                "code code-malformed", "municipality municipality-unknown", "name value-missing",
                "scope code-unknown", "capacity_places number-out-of-range", "capacity_as_of date-not-iso",
                "need_codes duplicate", "languages value-of-other-type", "area reference-unknown",
                "colour field-unknown", "schedule text-unusable",
            ])
    }

    @Test("Rules between fields and other records hold")
    func rules() throws {
        var record = Self.speechTherapy
        record.fields["grade_from"] = .integer(5)
        record.fields["table"] = .text("institution")
        record.fields["post"] = .text("naidis-kool.head")
        record.fields["capacity_amount"] = .integer(20)
        #expect(
            try faults(record) == [
                "grade_from range-reversed", "institution value-missing", "capacity_unit value-missing",
                "post post-of-other-institution",
            ])
        record.fields["institution"] = .text("naidis-kool")
        record.fields["grade_from"] = .integer(1)
        record.fields["capacity_unit"] = .text("hours-a-week")
        #expect(try faults(record) == [])
        record.owner = "0901"
        #expect(try faults(record) == ["municipality municipality-differs"])
    }

    @Test("A post is owned by its institution's municipality")
    func owner() throws {
        let kind = try #require(RecordKinds.named("post"))
        let post = Record(
            kind: "post", code: "p", owner: "0901", fields: ["institution": .text("naidis-kool")])
        #expect(try RecordCheck.owner(of: post, kind: kind, context: Self.context) == "0272")
    }

    @Test("Descriptions agree with themselves")
    func descriptions() {
        let names = RecordKinds.all.map(\.name)
        #expect(Set(names).count == names.count)
        for kind in RecordKinds.all {
            let fields = kind.fields.map(\.name)
            #expect(Set(fields).count == fields.count, "\(kind.name)")
            #expect(fields.allSatisfy { !["code", "municipality", "ended_from", "version"].contains($0) })
            #expect(kind.fields.allSatisfy { !$0.heading.et.isEmpty && !$0.heading.en.isEmpty })
            #expect(kind.fields.compactMap(\.referencedKind).allSatisfy { names.contains($0) })
            if case .following(let field) = kind.owner {
                #expect(kind.field(field)?.referencedKind != nil && kind.field(field)?.isRequired == true)
            }
        }
    }

    @Test("What a cell is written as is read back as the same value")
    func cells() throws {
        let resource = try #require(RecordKinds.named("resource"))
        for (name, value) in Self.speechTherapy.fields {
            let field = try #require(resource.field(name))
            #expect(try field.value(field.text(value)) == value)
        }
        let asOf = try #require(resource.field("capacity_as_of"))
        #expect(try asOf.value(" 5.1.2026 ") == .text("2026-01-05"))
        #expect(throws: RecordFault.self) { try asOf.value("31.2.2026") }
        let needs = try #require(resource.field("need_codes"))
        #expect(try needs.value("speech, family; health") == .list(["speech", "family", "health"]))
    }
}
