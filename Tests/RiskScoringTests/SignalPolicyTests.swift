import Security
import ServiceKit
import Testing

@testable import RiskScoring

private func institution(_ number: UInt8) -> InstitutionID? {
    InstitutionID([UInt8](repeating: number, count: 16))
}

private func caller(
    _ role: String, municipality: String = "0901", at place: UInt8? = 1, className: String = "",
    purpose: String = "noticing", person: Bool = true
) -> Caller {
    Caller(
        system: PeerIdentity(
            county: "laane-viru.example", municipality: municipality, kind: .system, name: "school-records"),
        person: person ? PersonID([UInt8](repeating: 7, count: 16)) : nil, role: role,
        institution: place.flatMap { institution($0) }, institutionKind: "school", className: className,
        purpose: purpose)
}

@Suite("Who may work with a child's signals")
struct SignalPolicyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var caller: Caller
        var linked = false
        var expected: Bool
    }

    static let cases: [Case] = [
        Case(
            testDescription: "class teacher of the class", caller: caller("class-teacher", className: "5a"),
            expected: true),
        Case(
            testDescription: "class teacher of another class",
            caller: caller("class-teacher", className: "5b"), expected: false),
        Case(
            testDescription: "class teacher of a class of the same name elsewhere",
            caller: caller("class-teacher", at: 2, className: "5a"), expected: false),
        Case(
            testDescription: "class teacher without a class", caller: caller("class-teacher"), expected: false
        ),
        Case(testDescription: "subject teacher", caller: caller("teacher", className: "5a"), expected: false),
        Case(
            testDescription: "linked subject teacher", caller: caller("teacher"), linked: true, expected: true
        ),
        Case(testDescription: "head", caller: caller("head"), expected: true),
        Case(testDescription: "head of another school", caller: caller("head", at: 2), expected: false),
        Case(testDescription: "social pedagogue", caller: caller("social-pedagogue"), expected: true),
        Case(testDescription: "school psychologist", caller: caller("school-psychologist"), expected: true),
        Case(
            testDescription: "child protection without a link",
            caller: caller("child-protection-worker", at: 9), expected: false),
        Case(
            testDescription: "child protection with a link", caller: caller("child-protection-worker", at: 9),
            linked: true, expected: true),
        Case(testDescription: "registrar", caller: caller("registrar"), linked: true, expected: false),
        Case(
            testDescription: "head, for data entry", caller: caller("head", purpose: "data-entry"),
            expected: false),
        Case(testDescription: "head, for no purpose", caller: caller("head", purpose: ""), expected: false),
        Case(
            testDescription: "a system without a person", caller: caller("head", person: false),
            expected: false),
        Case(
            testDescription: "another municipality", caller: caller("head", municipality: "0792"),
            linked: true, expected: false),
        Case(
            testDescription: "the county", caller: caller("county-coordinator", municipality: "0060"),
            linked: true, expected: false),
    ]

    @Test(arguments: cases)
    func `Each role`(_ example: Case) {
        let place = ChildPlace(
            institution: institution(1), institutionKind: "school", className: "5a", left: false)
        let standing = Standing(
            role: example.caller.role, institution: example.caller.institution,
            className: example.caller.className)
        #expect(
            SignalPolicy.mayWorkWith(
                place, linked: example.linked, caller: example.caller, standing: standing, partition: "0901")
                == example.expected)
    }

    @Test func `A journal comes from a registrar or the municipality's own system, no one else`() throws {
        let school = try #require(institution(1))
        let entry = "data-entry"
        #expect(
            SignalPolicy.mayImport(
                caller("", purpose: entry, person: false), partition: "0901", institution: school))
        #expect(
            SignalPolicy.mayImport(
                caller("registrar", purpose: entry), partition: "0901", institution: school))
        #expect(!SignalPolicy.mayImport(caller("registrar", at: 2), partition: "0901", institution: school))
        #expect(!SignalPolicy.mayImport(caller("head"), partition: "0901", institution: school))
        #expect(
            !SignalPolicy.mayImport(
                caller("", municipality: "0792", person: false), partition: "0901", institution: school))
        #expect(
            !SignalPolicy.mayImport(
                caller("", municipality: "0060", person: false), partition: "0060", institution: school))
    }
}
