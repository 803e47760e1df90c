import Contracts
import FoundationEssentials
@testable import Registry
import ServiceKit
import SwiftProtobuf
import TestSupport

/// The sample county of scripts/samples and people in it.
enum SampleCounty {
    static let school = "vinni-pajusti-gumnaasium"
    static let otherSchool = "naidis-kool-2-vinni"
    static let kindergarten = "naidis-lasteaed-1-vinni"

    /// The whole document, read once.
    static func document() throws -> RegistryCountyDocument { try read.get() }

    private static let read = Result {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "scripts/samples/county.json")
        return try RegistryCountyDocument(jsonUTF8Data: try Data(contentsOf: file))
    }

    /// What of the document belongs to these municipalities.
    static func document(of municipalities: Set<String>) throws -> RegistryCountyDocument {
        var part = try document()
        part.institutions.removeAll { !municipalities.contains($0.municipality) }
        let institutions = Set(part.institutions.map(\.code))
        part.posts.removeAll { !institutions.contains($0.institution) }
        let people = Set(part.posts.map(\.person))
        part.people.removeAll { !people.contains($0.code) }
        part.resources.removeAll { !municipalities.contains($0.municipality) }
        part.teams.removeAll { !institutions.contains($0.institution) }
        part.templates.removeAll { !municipalities.contains($0.municipality) }
        return part
    }

    /// A bench whose registry knows Vinni vald, Viru-Nigula vald and the county's bodies, or the whole sample.
    static func bench(whole: Bool = false) async throws -> ServiceBench {
        let bench = try await ServiceBench.start(RegistryAssembly.service)
        let document = whole ? try document() : try document(of: ["0901", "0903", "0060"])
        let response = try await bench.importCounty(document)
        guard response.faults.isEmpty else { throw Broken(faults: response.faults) }
        return bench
    }

    struct Broken: Error { var faults: [CommonRowFault] }

    /// Whoever holds the post "INSTITUTION.ROLE" or "INSTITUTION.ROLE.CLASS".
    static func holder(_ post: String, municipality: String = "0901") -> Caller {
        let role = post.split(separator: ".").dropFirst().first.map(String.init) ?? ""
        return .synthetic(role: role, municipality: municipality, person: person(post))
    }

    static func person(_ post: String) -> PersonID { .derived("person", "p." + post) }

    static func institution(_ code: String) -> InstitutionID { .derived("institution", code) }

    static let registrar = holder("\(school).registrar")
    static let head = holder("\(school).head")
    static let classTeacher = holder("\(school).class-teacher.7a")
    static let otherClassTeacher = holder("\(school).class-teacher.7b")

    static let header =
        "pupil,given_name,family_name,isikukood,birth_date,class,grade,language,residence,representative,"
        + "representative_contact,from,left\n"

    /// A row of a pupils' file; all people are made up and seen to be so.
    static func row(
        _ number: Int, className: String = "7a", grade: Int = 7, code: String = "", birthDate: String = "",
        residence: String = "0901", pupil: String? = nil, from: String = "2025-09-01", left: String = ""
    ) -> String {
        "\(pupil ?? "n\(number)"),Näidis,Õpilane \(number),\(code),\(birthDate),\(className),\(grade),et,"
            + "\(residence),Näidis Esindaja \(number),esindaja\(number)@example.invalid,\(from),\(left)\n"
    }

    static func csv(_ rows: String...) -> String { header + rows.joined() }
}

extension ServiceBench {
    func importCounty(
        _ document: RegistryCountyDocument, dryRun: Bool = false, as caller: Caller = .operatorOfCounty(),
        operation: OperationID? = nil
    ) async throws -> RegistryImportCountyResponse {
        try await call(
            RegistryMethods.importCounty,
            .with {
                $0.document = document
                $0.dryRun = dryRun
            }, as: caller, operation: operation)
    }

    func importPupils(
        _ csv: String, school: String = SampleCounty.school, dryRun: Bool = false,
        as caller: Caller = SampleCounty.registrar, operation: OperationID? = nil
    ) async throws -> RegistryImportPupilsResponse {
        try await importPupils(
            Array(csv.utf8), school: school, dryRun: dryRun, as: caller, operation: operation)
    }

    func importPupils(
        _ csv: [UInt8], school: String = SampleCounty.school, dryRun: Bool = false,
        as caller: Caller = SampleCounty.registrar, operation: OperationID? = nil
    ) async throws -> RegistryImportPupilsResponse {
        try await call(
            RegistryMethods.importPupils,
            .with {
                $0.municipality = "0901"
                $0.institution = school
                $0.fileName = "pupils.csv"
                $0.csv = Data(csv)
                $0.dryRun = dryRun
            }, as: caller, operation: operation)
    }

    /// The ids of the school's pupils n1, n2, … as the programs see them; nil: unknown.
    func children(_ pupils: [String], school: String = SampleCounty.school) async throws -> [ChildID?] {
        try await call(
            RegistryMethods.mapPupils,
            .with {
                $0.municipality = "0901"
                $0.institutionID = SampleCounty.institution(school).data
                $0.externalIds = pupils
            }, as: .program("gateway")
        ).childIds.map { ChildID($0) }
    }

    func child(_ pupil: String, school: String = SampleCounty.school) async throws -> ChildID {
        guard let id = try await children([pupil], school: school).first ?? nil else { throw NoSuchPupil() }
        return id
    }

    struct NoSuchPupil: Error {}

    func getChild(_ id: ChildID, as caller: Caller, municipality: String = "0901") async throws
        -> RegistryChild
    {
        try await call(
            RegistryMethods.getChild,
            .with {
                $0.municipality = municipality
                $0.childID = id.data
            }, as: caller
        ).child
    }

    func listChildren(
        school: String? = nil, className: String = "", as caller: Caller
    ) async throws -> [RegistryChild] {
        try await call(
            RegistryMethods.listChildren,
            .with {
                $0.municipality = "0901"
                if let school { $0.institutionID = SampleCounty.institution(school).data }
                $0.className = className
            }, as: caller
        ).children
    }

    /// The ChildPlaced events so far.
    func placed() async throws -> [EventChildPlaced] {
        try await emitted(partition: "0901").compactMap {
            if case .childPlaced(let body) = $0.body { body } else { nil }
        }
    }
}
