import ArgumentParser
import Contracts
import FoundationEssentials
import SwiftProtobuf
import Tables

/// The language of headings and faults.
enum TextLanguage: String, ExpressibleByArgument, CaseIterable {
    case et, en

    func text(_ et: String, _ en: String) -> String { self == .et ? et : en }

    func text(_ text: BilingualText) -> String { self.text(text.estonian, text.english) }
}

/// A record in JSON, as `show --json` prints it and `put` reads it.
struct RecordView: Codable {
    /// A field's value: a text, a whole number, true or false, or a list of texts.
    enum Value: Codable {
        case text(String)
        case integer(Int64)
        case boolean(Bool)
        case items([String])

        init(from decoder: any Swift.Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let holds = try? container.decode(Bool.self) {
                self = .boolean(holds)
            } else if let number = try? container.decode(Int64.self) {
                self = .integer(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .items(try container.decode([String].self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .integer(let number): try container.encode(number)
            case .boolean(let holds): try container.encode(holds)
            case .items(let items): try container.encode(items)
            }
        }

        var shown: String {
            switch self {
            case .text(let text): text
            case .integer(let number): String(number)
            case .boolean(let holds): holds ? "yes" : "no"
            case .items(let items): items.joined(separator: ", ")
            }
        }
    }

    var kind: String
    var code: String
    var municipality: String?
    var fields: [String: Value]
    var endedFrom: String?
    /// Read by `put` as the version that the change is made to; 0 for a new record.
    var version: UInt64?
    var changed: String?

    init(_ record: RegistryRecord) {
        kind = record.kind
        code = record.code
        municipality = record.municipality
        fields = record.fields.compactMapValues { value in
            switch value.value {
            case nil: nil
            case .text(let text): .text(text)
            case .integer(let number): .integer(number)
            case .boolean(let holds): .boolean(holds)
            case .items(let items): .items(items.values)
            }
        }
        endedFrom = record.endedFrom
        version = record.version
        changed = LocalTimeText.minute(record.changedMicroseconds)
    }

    var message: RegistryRecordPut {
        var put = RegistryRecordPut()
        put.record.kind = kind
        put.record.code = code
        put.record.municipality = municipality ?? ""
        put.record.fields = fields.mapValues { value in
            .with {
                switch value {
                case .text(let text): $0.text = text
                case .integer(let number): $0.integer = number
                case .boolean(let holds): $0.boolean = holds
                case .items(let items): $0.items.values = items
                }
            }
        }
        if let endedFrom {
            put.record.endedFrom = endedFrom
            put.setEnd = true
        }
        if let version { put.expectedVersion = version }
        return put
    }

    func shown(_ field: String) -> String { fields[field]?.shown ?? "" }
}

/// One fault of records or of a table of them, as people see it.
struct RecordFaultRow: Encodable {
    var row: UInt64
    var kind: String
    var code: String
    var field: String
    var reason: String
    var message: String
    var remedy: String
    /// Of a note: in how many rows of the field.
    var rows: UInt64?

    init(_ fault: RegistryRecordFault, _ language: TextLanguage) {
        row = fault.row
        kind = fault.kind
        code = fault.code
        field = fault.field
        reason = fault.reason
        message = language.text(fault.messageEt, fault.messageEn)
        remedy = language.text(fault.remedyEt, fault.remedyEn)
        rows = fault.rows == 0 ? nil : fault.rows
    }

    static var columns: [(String, (RecordFaultRow) -> String)] {
        [
            ("row", { String($0.row) }), ("code", \.code), ("field", \.field), ("what", \.message),
            ("remedy", \.remedy),
        ]
    }
    /// Of what was put right.
    static var noteColumns: [(String, (RecordFaultRow) -> String)] {
        [
            ("note: from row", { String($0.row) }), ("rows", { String($0.rows ?? 1) }), ("field", \.field),
            ("what", \.message), ("remedy", \.remedy),
        ]
    }
}
