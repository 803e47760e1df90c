import FoundationEssentials

@testable import Registry

/// The records that the product ships (Sources/Operator/Shipped), and people to check others against.
enum ShippedRecords {
    static let files = ["bodies", "templates", "prevention"]

    /// All of them, in the order in which they are sent.
    static func all() throws -> [Record] { try read.get() }

    static func stored() throws -> [Record.Key: Record] {
        Dictionary(try all().map { ($0.key, $0) }) { first, _ in first }
    }

    private struct File: Decodable {
        struct Row: Decodable {
            var kind: String
            var code: String
            var municipality: String
            var fields: [String: Field]
        }
        var records: [Row]
    }

    private struct Field: Decodable {
        var value: RecordValue

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let holds = try? container.decode(Bool.self) {
                value = .boolean(holds)
            } else if let number = try? container.decode(Int.self) {
                value = .integer(number)
            } else if let list = try? container.decode([String].self) {
                value = .list(list)
            } else {
                value = .text(try container.decode(String.self))
            }
        }
    }

    private static let read = Result {
        try files.flatMap { try records("Sources/Operator/Shipped/\($0).json") }
    }

    /// The sample's own records (scripts/samples).
    static func sample() throws -> [Record] { try records("scripts/samples/records.json") }

    private static func records(_ path: String) throws -> [Record] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = try Data(contentsOf: root.appending(path: path))
        return try JSONDecoder().decode(File.self, from: file).records.map { row in
            Record(
                kind: row.kind, code: row.code, owner: row.municipality,
                fields: row.fields.mapValues(\.value))
        }
    }
}
