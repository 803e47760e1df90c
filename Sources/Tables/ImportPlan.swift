/// What the import of a table would do, decided before anything is written: what is new, what changes and in
/// which fields, what stays, and what the file no longer holds. A pure value, so a dry run and the import itself
/// cannot differ.
///
/// How to use it: read the current rows of the table's scope (one kind and owner, say) into `current`, the
/// file's rows into `incoming`, make the plan, show `preview`, and write `new` and `changed` if `mayStore`.
/// Keep the file's digest with the import, and hand it in as `lastDigest` at the next one of the same scope.
///
/// Rules:
/// * A column that the file does not have (its name is in no row's `fields`) changes nothing. A field that is
///   there and empty clears the value.
/// * **Missing does not delete.** In full mode the keys that the file lacks are told in `missing`; ending such
///   a row is an act of its own. In delta mode nothing is missing.
/// * Rows that could not be read are never missing: give their keys in `unreadableKeys`.
/// * **The 5 % stop** (full mode): more than 5 % of the current rows missing means the wrong file, most often
///   half of one. 5 % is rounded down, but one missing row is always let through (so a table of 1 to 39 rows
///   stands the loss of one, of 40 to 59 the loss of two), unless it is the only row there is. Going on needs
///   `confirmedMissing`, the very number that the preview showed: a confirmation given for one file does not
///   carry over to another.
/// * **The same file twice is nothing**: with the digest of the last stored import the plan is a repeat and
///   empty. What people changed by hand since then stays. Any other file between the two makes it no repeat.
/// * With `lastImported` (the rows as the last import left them) a value that a person changed since is kept
///   as long as the file still says what it said then; when the file says something new, the file wins and
///   the change is marked.
public struct ImportPlan: Sendable, Hashable {
    /// Whether the file is the whole table or only what changed.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        case full
        case delta
    }

    /// One row of the file.
    public struct Row: Sendable, Hashable {
        /// As a spreadsheet counts it: the header is row 1.
        public var number: Int
        /// What names the record in its table.
        public var key: String
        /// Values by field name, in the canonical form in which they are stored; only of columns that the
        /// file has.
        public var fields: [String: String]

        /// All values as documented at the properties.
        public init(number: Int, key: String, fields: [String: String]) {
            self.number = number
            self.key = key
            self.fields = fields
        }
    }

    /// A field that the file changes.
    public struct FieldChange: Sendable, Hashable {
        /// The field's name.
        public var field: String
        /// What is stored; empty when nothing is.
        public var from: String
        /// What the file says; empty clears the field.
        public var to: String
        /// Whether a person changed it since the last import, which the file now overwrites.
        public var overwritesEdit: Bool
    }

    /// A value that a person changed since the last import and that the file leaves alone.
    public struct KeptEdit: Sendable, Hashable {
        /// The file's row.
        public var row: Int
        /// The field's name.
        public var field: String
    }

    /// A record that the file changes.
    public struct Change: Sendable, Hashable {
        /// The file's row.
        public var row: Row
        /// What changes, by field name in alphabetical order; never empty.
        public var fields: [FieldChange]
    }

    /// Why the plan may not be stored although its rows are good.
    public enum Stop: Sendable, Hashable {
        /// More rows are missing than a full file may lack.
        case tooManyMissing(missing: Int, current: Int, allowed: Int)
        /// The number that was confirmed is not the number of missing rows.
        case confirmationDiffers(missing: Int, confirmed: Int)
    }

    /// Full or delta.
    public let mode: Mode
    /// Rows whose key is not stored, in the file's order.
    public private(set) var new: [Row] = []
    /// Rows that change something, in the file's order.
    public private(set) var changed: [Change] = []
    /// Keys of rows that change nothing, in the file's order.
    public private(set) var unchanged: [String] = []
    /// Keys that are stored and that a full file lacks, in alphabetical order.
    public private(set) var missing: [String] = []
    /// Values that people changed since the last import and that stay, since the file says what it said then;
    /// in the file's order.
    public private(set) var keptEdits: [KeptEdit] = []
    /// Keys that stand in two rows; such a file is not stored.
    public private(set) var faults: [TableFault] = []
    /// Set when somebody has to look first.
    public private(set) var stop: Stop?
    /// Whether this very file was the last one stored; then everything else is empty.
    public private(set) var isRepeat = false

    /// Compares a file with what is stored.
    ///
    /// - Parameters:
    ///   - current: stored rows in force by key, with their fields in the canonical form.
    ///   - incoming: the file's good rows.
    ///   - digest: hash of the file's bytes (SHA-256).
    ///   - lastDigest: that of the last stored import of the same scope and mode; nil when there is none.
    ///   - unreadableKeys: keys of rows with faults, as far as they could be read.
    ///   - lastImported: rows as the last import left them, for keeping what people changed since.
    ///   - confirmedMissing: how many missing rows a person has seen and accepted.
    public init(
        mode: Mode, current: [String: [String: String]], incoming: [Row], digest: [UInt8] = [],
        lastDigest: [UInt8]? = nil, unreadableKeys: Set<String> = [],
        lastImported: [String: [String: String]] = [:], confirmedMissing: Int? = nil
    ) {
        self.mode = mode
        if let lastDigest, !digest.isEmpty, lastDigest == digest {
            isRepeat = true
            return
        }
        var firstRow: [String: Int] = [:]
        for row in incoming {
            if let earlier = firstRow[row.key] {
                faults.append(.duplicateKey(row.number, earlier: earlier))
                continue
            }
            firstRow[row.key] = row.number
            if let stored = current[row.key] {
                compare(row, with: stored, lastImported[row.key])
            } else {
                new.append(row)
            }
        }
        guard mode == .full else { return }
        missing = current.keys.filter { firstRow[$0] == nil && !unreadableKeys.contains($0) }.sorted()
        stop = Self.stop(missing: missing.count, of: current.count, confirmed: confirmedMissing)
    }

    /// Whether there is something to store and nothing against it.
    public var mayStore: Bool { !isRepeat && stop == nil && faults.isEmpty }

    /// How many of so many stored rows a full file may lack.
    public static func allowedMissing(of current: Int) -> Int {
        current == 1 ? 0 : max(1, current / 20)
    }

    private mutating func compare(_ row: Row, with stored: [String: String], _ base: [String: String]?) {
        var fields: [FieldChange] = []
        for (field, value) in row.fields.sorted(by: { $0.key < $1.key }) {
            let now = stored[field] ?? ""
            guard value != now else { continue }
            let before = base?[field]
            if let before, before == value {
                keptEdits.append(KeptEdit(row: row.number, field: field))
                continue
            }
            fields.append(
                FieldChange(
                    field: field, from: now, to: value, overwritesEdit: before.map { $0 != now } ?? false))
        }
        if fields.isEmpty {
            unchanged.append(row.key)
        } else {
            changed.append(Change(row: row, fields: fields))
        }
    }

    private static func stop(missing: Int, of current: Int, confirmed: Int?) -> Stop? {
        if let confirmed, confirmed != missing {
            return .confirmationDiffers(missing: missing, confirmed: confirmed)
        }
        let allowed = allowedMissing(of: current)
        guard confirmed == nil, missing > allowed else { return nil }
        return .tooManyMissing(missing: missing, current: current, allowed: allowed)
    }
}

extension ImportPlan {
    /// One line for the person who is to decide: "12 new, 3 changed, 1 missing: missing does not delete".
    public var preview: BilingualText {
        if isRepeat {
            return BilingualText(
                et: "sama fail on juba imporditud: midagi ei muutu",
                en: "the same file was imported already: nothing changes")
        }
        var estonian = ["\(new.count) \(new.count == 1 ? "uus" : "uut")", "\(changed.count) muudetud"]
        var english = ["\(new.count) new", "\(changed.count) changed"]
        if !missing.isEmpty {
            estonian.append("\(missing.count) puudub: puudumine ei kustuta")
            english.append("\(missing.count) missing: missing does not delete")
        }
        if !keptEdits.isEmpty {
            let isOne = keptEdits.count == 1
            estonian.append("\(keptEdits.count) käsitsi muudetud \(isOne ? "väärtus" : "väärtust") jääb")
            english.append("\(keptEdits.count) \(isOne ? "value" : "values") changed by hand kept")
        }
        return BilingualText(
            et: estonian.joined(separator: ", "), en: english.joined(separator: ", "))
    }
}

extension ImportPlan.Stop {
    /// For programs, kebab-case.
    public var code: String {
        switch self {
        case .tooManyMissing: "too-many-missing"
        case .confirmationDiffers: "confirmation-differs"
        }
    }

    /// What is wrong.
    public var what: BilingualText {
        switch self {
        case .tooManyMissing(let missing, let current, let allowed):
            BilingualText(
                et: "Failist puudub \(missing) praegusest \(current) reast; lubatud on \(allowed).",
                en: "The file lacks \(missing) of the \(current) rows there are; \(allowed) are allowed.")
        case .confirmationDiffers(let missing, let confirmed):
            BilingualText(
                et: "Kinnitati \(confirmed) puuduvat rida, aga failist puudub \(missing).",
                en: "\(confirmed) missing rows were confirmed, but the file lacks \(missing).")
        }
    }

    /// What to do about it.
    public var remedy: BilingualText {
        switch self {
        case .tooManyMissing(let missing, _, _):
            BilingualText(
                et: "Kontrolli, kas fail on terve ja õige asutuse oma. Kui on, siis kinnita, et puudub "
                    + "\(missing); kui failis on ainult muudatused, siis impordi need muudatustena (delta).",
                en:
                    "Check that the file is whole and of the right place. If it is, confirm that \(missing) are "
                    + "missing; if it holds changes only, import it as a delta.")
        case .confirmationDiffers(let missing, _):
            BilingualText(
                et: "Vaata eelvaadet uuesti ja kinnita \(missing), kui see on õige.",
                en: "Look at the preview again and confirm \(missing) if that is right.")
        }
    }
}
