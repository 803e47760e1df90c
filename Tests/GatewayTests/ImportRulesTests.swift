import Security
import ServiceKit
import TestSupport
import Testing

@testable import Gateway

@Suite("Who may finish the import of a journal")
struct ImportRulesTests {
    let school = InstitutionID.synthetic(10)
    let other = InstitutionID.synthetic(11)
    let office = InstitutionID.synthetic(20)

    private func registrar(of institution: InstitutionID, _ kind: String = "school") -> Caller {
        .synthetic(
            role: "registrar", institution: institution, institutionKind: kind, purpose: "data-entry")
    }

    private func mayFinish(_ caller: Caller, requested: InstitutionID?) -> Bool {
        GatewayRules.mayFinishImport(caller, municipality: "0901")
            && GatewayRules.mayFinishImport(caller, of: school, requested: requested)
    }

    @Test("The school's registrar, the municipality's, and the municipality's system finish what was begun")
    func allowed() {
        var system = registrar(of: school)
        (system.person, system.role, system.institution, system.institutionKind) = (nil, "", nil, "")
        for caller in [registrar(of: school), registrar(of: office, "municipality"), system] {
            #expect(mayFinish(caller, requested: school))
            // The import is the school's, whatever the request says.
            #expect(!mayFinish(caller, requested: other))
            #expect(!mayFinish(caller, requested: nil))
        }
    }

    @Test("Another school's registrar, a head, another municipality and the county do not")
    func refused() {
        let head = Caller.synthetic(role: "head", institution: school)
        let foreign = Caller.synthetic(role: "registrar", municipality: "0792", institution: school)
        let nowhere = Caller.synthetic(role: "registrar")
        for caller in [registrar(of: other), head, foreign, nowhere, .program("county-desk")] {
            #expect(!mayFinish(caller, requested: school))
        }
        #expect(!GatewayRules.mayFinishImport(.program("county-desk"), municipality: "0060"))
    }

    @Test("An import without an institution is finished by nobody")
    func unknownInstitution() {
        #expect(!GatewayRules.mayFinishImport(registrar(of: school), of: nil, requested: nil))
    }
}
