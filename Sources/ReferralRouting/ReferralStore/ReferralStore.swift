import ServiceKit
import Store

/// All SQL of ReferralRouting, over one transaction of one partition.
struct ReferralStore {
    let transaction: any Transaction
    /// Opens and makes sealed columns of this partition.
    let vault: any Vault
    let partition: String

    init(_ transaction: any Transaction, vault: any Vault, partition: String) {
        self.transaction = transaction
        self.vault = vault
        self.partition = partition
    }

    func seal(_ text: String, _ key: [UInt8], _ context: String) throws -> Value {
        if text.isEmpty { return .blob([]) }
        return .blob(try vault.seal(Array(text.utf8), subjectKey: key, context: context, in: partition))
    }

    func open(_ sealed: [UInt8], _ key: [UInt8], _ context: String) throws -> String {
        if sealed.isEmpty { return "" }
        let plain = try vault.open(sealed, subjectKey: key, context: context, in: partition)
        return String(decoding: plain, as: UTF8.self)
    }
}

extension Row {
    func id<Kind>(_ column: Int, _ kind: Kind.Type = Kind.self) throws -> Identifier<Kind> {
        guard let id = Identifier<Kind>(try blob(column)) else {
            throw StoreError(.damaged, "An id that is stored has not 16 bytes; restore the partition.")
        }
        return id
    }

    func optionalID<Kind>(_ column: Int, _ kind: Kind.Type = Kind.self) throws -> Identifier<Kind>? {
        try isNull(column) ? nil : id(column, kind)
    }

    func day(_ column: Int) throws -> LocalDate {
        guard let number = Int32(exactly: try integer(column)) else {
            throw StoreError(.damaged, "A day that is stored is out of range; restore the partition.")
        }
        return LocalDate(dayNumber: number)
    }

    func optionalDay(_ column: Int) throws -> LocalDate? { try isNull(column) ? nil : day(column) }

    func flag(_ column: Int) throws -> Bool { try integer(column) != 0 }

    func number<Number: FixedWidthInteger>(_ column: Int, _ kind: Number.Type = Number.self) throws -> Number
    {
        guard let number = Number(exactly: try integer(column)) else {
            throw StoreError(.damaged, "A number that is stored is out of range; restore the partition.")
        }
        return number
    }

    /// Words kept as one text, separated by spaces.
    func words(_ column: Int) throws -> [String] { try text(column).split(separator: " ").map(String.init) }

    func code<Code: RawRepresentable<String>>(_ column: Int, _ kind: Code.Type = Code.self) throws -> Code {
        guard let code = Code(rawValue: try text(column)) else {
            throw StoreError(
                .damaged, "A code that is stored is unknown to this version; upgrade the program.")
        }
        return code
    }
}

extension Value {
    static func id<Kind>(_ id: Identifier<Kind>?) -> Value { id.map { .blob($0.bytes) } ?? .null }

    static func day(_ day: LocalDate?) -> Value { day.map { .integer(Int64($0.dayNumber)) } ?? .null }

    static func flag(_ flag: Bool) -> Value { .integer(flag ? 1 : 0) }

    static func number(_ number: some FixedWidthInteger) -> Value { .integer(Int64(clamping: number)) }

    static func words(_ words: [String]) -> Value { .text(words.joined(separator: " ")) }
}
