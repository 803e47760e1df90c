import Contracts
import SwiftProtobuf
import FoundationEssentials
import Security

/// Records of the county's map as JSON that people can read and write: kind, code, municipality and plain values.
struct RecordsFile {
    /// For messages.
    var name: String
    var records: [MapRecord]

    private struct Content: Decodable {
        var records: [MapRecord]
    }

    init(name: String, json: Data) throws {
        self.name = name
        do {
            records = try JSONDecoder().decode(Content.self, from: json).records
        } catch {
            throw UsageError(
                "records-unreadable", "\(name) holds no records.",
                next: "compare it with scripts/samples/records.json")
        }
    }

    /// The records as Registry takes them.
    var messages: [RegistryRecord] { records.map(\.message) }

    // MARK: what is shipped

    /// What the product ships for the county, in the order in which it is brought in: each file names only what is in
    /// an earlier one or in itself.
    static func shipped() throws -> [RecordsFile] {
        try shippedContents.map { try RecordsFile(name: $0.name, json: Data($0.bytes)) }
    }

    /// Names what is shipped: the same for the same content.
    static func shippedDigest() -> String {
        var hasher = SHA256Hasher()
        for content in shippedContents { hasher.update(content.bytes) }
        return UUIDText(bytes: hasher.finalize().prefix(16)).description
    }

    private static let shippedContents: [(name: String, bytes: [UInt8])] = [
        ("bodies.json", PackageResources.bodies_json), ("templates.json", PackageResources.templates_json),
        ("prevention.json", PackageResources.prevention_json),
    ]
}

extension MapRecord.Value {
    /// As Registry takes it.
    var message: RegistryRecordValue {
        RegistryRecordValue.with {
            switch self {
            case .text(let text): $0.text = text
            case .integer(let number): $0.integer = Int64(number)
            case .boolean(let holds): $0.boolean = holds
            case .list(let items): $0.items = .with { $0.values = items }
            }
        }
    }

    /// Nil when the value is of a type that this program does not know.
    init?(_ message: RegistryRecordValue) {
        switch message.value {
        case .text(let text): self = .text(text)
        case .integer(let number): self = .integer(Int(clamping: number))
        case .boolean(let holds): self = .boolean(holds)
        case .items(let items): self = .list(items.values)
        case nil: return nil
        }
    }
}

extension MapRecord {
    /// As Registry takes it.
    var message: RegistryRecord {
        .with {
            $0.kind = kind
            $0.code = code
            $0.municipality = municipality
            $0.fields = fields.mapValues(\.message)
        }
    }

    init(_ message: RegistryRecord) {
        self.init(
            kind: message.kind, code: message.code, municipality: message.municipality,
            fields: message.fields.compactMapValues(MapRecord.Value.init))
    }
}
