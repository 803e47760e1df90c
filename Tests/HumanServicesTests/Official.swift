import FoundationEssentials
@testable import HumanServices
import Testing

/// The official files of a version.
struct Official: CustomTestStringConvertible {
    var version: Specification.Version
    var testDescription: String { version.rawValue }

    static let both = Specification.Version.allCases.map { Official(version: $0) }

    private var folder: URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "HSDS")
            .appending(path: version.rawValue)
    }

    func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: path)))
    }

    func value(_ path: String) throws -> JSONValue { try JSONReader.read(try bytes(path), file: path) }

    private func names(_ path: String, _ ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path())
            .filter { $0.hasSuffix(ending) }.sorted()
    }

    func schemas() throws -> [JSONObject] {
        try names("schema", ".json").compactMap { try value("schema/" + $0).object }
    }

    /// Every JSON example.
    func examples() throws -> [HumanServicesPackage.File] {
        try names("examples", ".json").map { .init(name: $0, bytes: try bytes("examples/" + $0)) }
    }

    func example(_ name: String) throws -> HumanServicesPackage.File {
        .init(name: name, bytes: try bytes("examples/" + name))
    }

    /// The example tables.
    func tables() throws -> [HumanServicesPackage.File] {
        try names("examples/csv", ".csv").map { .init(name: $0, bytes: try bytes("examples/csv/" + $0)) }
    }
}

extension HumanServicesPackage {
    /// What comes of a JSON text.
    static func read(_ text: String, name: String = "test.json", _ version: Specification.Version? = nil)
        -> Reading
    {
        read([File(name: name, bytes: Array(text.utf8))], version: version)
    }
}

extension Findings {
    func all(_ code: String) -> [Finding] { kept.filter { $0.code == code } }
}
