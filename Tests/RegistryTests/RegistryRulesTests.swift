@testable import Registry
import ServiceKit
import Testing
import TestSupport

@Suite("Registry's rules")
struct RegistryRulesTests {
    static let school = InstitutionID.synthetic(1)
    static let child = Placement(
        institution: school, institutionKind: "school", schoolMunicipality: "0901", residence: "0903",
        className: "7a", grade: 7, language: "et", birthYear: 2013, left: false)

    static func actor(
        _ role: String, at institution: InstitutionID = school, kind: String = "school",
        municipality: String = "0901", className: String = ""
    ) -> RegistryRules.Actor {
        RegistryRules.Actor(
            person: .synthetic(1), role: role, municipality: "0901",
            posts: [
                RegistryRules.HeldPost(
                    post: .synthetic(1), institution: institution, institutionKind: kind,
                    municipality: municipality, className: className)
            ])
    }

    @Test(
        "Each role of the child's institution sees the child or not", arguments: RegistryCodes.roles.sorted())
    func roles(role: String) {
        let seeing: Set = [
            "head", "hev-coordinator", "aev-coordinator", "social-pedagogue", "special-educator",
            "speech-therapist", "school-psychologist", "school-nurse", "registrar",
        ]
        #expect(RegistryRules.maySee(Self.child, links: [], Self.actor(role)) == seeing.contains(role))
        let elsewhere = Self.actor(role, at: .synthetic(2))
        #expect(!RegistryRules.maySee(Self.child, links: [], elsewhere))
    }

    @Test(
        "Each role of the municipality's office sees the child by a link only, save the registrar",
        arguments: RegistryCodes.roles.sorted())
    func officeRoles(role: String) {
        let actor = Self.actor(role, at: .synthetic(3), kind: "municipality")
        #expect(RegistryRules.maySee(Self.child, links: [], actor) == (role == "registrar"))
        var link = ChildLink(
            id: .synthetic(1), child: .synthetic(1), person: actor.person, post: .synthetic(1),
            institution: .synthetic(3), role: role, from: "2026-01-01", until: "")
        #expect(RegistryRules.maySee(Self.child, links: [link], actor))
        link.until = "2026-01-31"
        #expect(RegistryRules.maySee(Self.child, links: [link], actor) == (role == "registrar"))
    }

    @Test("A registrar of another municipality's office sees nothing")
    func foreignRegistrar() {
        let actor = Self.actor("registrar", at: .synthetic(3), kind: "municipality", municipality: "0903")
        #expect(!RegistryRules.maySee(Self.child, links: [], actor))
        #expect(!RegistryRules.mayImportPupils(actor, institution: Self.school, municipality: "0901"))
    }

    @Test("A class teacher works with the own class, and a teacher without a class with none")
    func classTeacher() {
        #expect(RegistryRules.maySee(Self.child, links: [], Self.actor("class-teacher", className: "7a")))
        #expect(RegistryRules.mayLink(Self.child, Self.actor("class-teacher", className: "7a")))
        for className in ["7b", ""] {
            let actor = Self.actor("class-teacher", className: className)
            #expect(!RegistryRules.maySee(Self.child, links: [], actor))
            #expect(!RegistryRules.mayLink(Self.child, actor))
        }
    }

    @Test("Only the county brings in its map: operators, its coordinator and registrar, and whoever is first")
    func countyImport() {
        func may(_ isCounty: Bool, _ isOperator: Bool, _ role: String, _ mapIsEmpty: Bool) -> Bool {
            RegistryRules.mayImportCounty(
                isCounty: isCounty, isOperator: isOperator, role: role, mapIsEmpty: mapIsEmpty)
        }
        #expect(may(true, true, "", false))
        #expect(may(true, false, "registrar", false))
        #expect(may(true, false, "county-coordinator", false))
        #expect(may(true, false, "", true))
        #expect(!may(true, false, "", false))
        #expect(!may(true, false, "data-protection-officer", false))
        #expect(!may(false, true, "registrar", true))
    }

    @Test("An id made from a code is a UUID of version 8 and always the same")
    func derivedID() {
        let id = PostID.derived("post", "proovi-kool.head")
        #expect(id == .derived("post", "proovi-kool.head"))
        #expect(id.bytes[6] >> 4 == 8)
        #expect(id.bytes[8] >> 6 == 2)
        #expect(id.bytes != ResourceID.derived("resource", "proovi-kool.head").bytes)
    }
}
