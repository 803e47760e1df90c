import Contracts
import ServiceKit
import Store

/// Reading records of the county's map, now and as they were on any past day.
extension RegistryService {
    struct RecordQuestion: Sendable {
        var kind: String
        /// Empty: all that the caller may see.
        var municipality: String
        var filters: [(field: String, value: String)] = []
        /// ISO; empty: now.
        var asOf: String
        var includesEnded: Bool
        /// 1 to 500.
        var limit: Int
        /// Of the record after which the page begins; empty: the first.
        var afterCode: String
    }

    struct RecordPage: Sendable {
        var records: [RecordStore.Current] = []
        /// Empty: there are no more.
        var lastCode = ""
    }

    static let recordsListedMax = 500
    /// Most bytes of records in one answer, within the methods' largest.
    static let recordBytesMax = 700 * 1024

    func record(_ key: Record.Key, asOf: String, caller: Caller) async throws -> RecordStore.Current {
        let kind = try recordKind(key.kind)
        let scope = try scope("", caller, withCounty: true)
        let until = try day(asOf)?.end
        let found = try await county().read { transaction in
            guard let until else { return try RecordStore.current(key, transaction) }
            return try RecordStore.version(key, before: until, transaction).map {
                RecordStore.Current(record: $0.record, version: $0.number, changedAt: $0.at)
            }
        }
        guard var found, scope?.contains(found.record.owner) ?? true else { throw Self.noSuchRecord }
        found.record = RegistryRules.visible(found.record, kind, callerMunicipality: caller.municipality)
        try await auditNames(kind, .getRecord, caller)
        return found
    }

    func records(_ question: RecordQuestion, caller: Caller) async throws -> RecordPage {
        let kind = try recordKind(question.kind)
        let scope = try scope(question.municipality, caller, withCounty: false)
        let asOf = try day(question.asOf)
        let filters = try question.filters.map { try RecordFilter($0.field, $0.value, kind) }
        let day = asOf?.day ?? kit.clock.today()
        let limit = min(max(question.limit, 1), Self.recordsListedMax)
        let page = try await county().read { transaction in
            var page = RecordPage()
            var bytes = 0
            try RecordStore.forEach(
                kind.name, after: question.afterCode, asOf: asOf?.end, transaction
            ) { found in
                guard scope?.contains(found.record.owner) ?? true,
                    question.includesEnded || found.record.isInForce(on: day)
                else { return true }
                var found = found
                found.record = RegistryRules.visible(
                    found.record, kind, callerMunicipality: caller.municipality)
                guard filters.allSatisfy({ $0.matches(found.record) }) else { return true }
                if page.records.count == limit || bytes > Self.recordBytesMax {
                    page.lastCode = page.records.last?.record.code ?? ""
                    return false
                }
                page.records.append(found)
                bytes += found.record.byteCount
                return true
            }
            return page
        }
        try await auditNames(kind, .listRecords, caller)
        return page
    }

    /// Every version of a record, the newest first, at most 200.
    func history(of key: Record.Key, caller: Caller) async throws -> [RecordStore.Version] {
        let kind = try recordKind(key.kind)
        let scope = try scope("", caller, withCounty: true)
        let versions = try await county().read { try RecordStore.versions(key, $0) }
        guard let newest = versions.first, scope?.contains(newest.record.owner) ?? true else {
            throw Self.noSuchRecord
        }
        try await auditNames(kind, .recordHistory, caller)
        var bytes = 0
        let told = versions.prefix(200).prefix { version in
            bytes += version.record.byteCount
            return bytes <= Self.recordBytesMax
        }
        return told.map { version in
            var version = version
            version.record = RegistryRules.visible(
                version.record, kind, callerMunicipality: caller.municipality)
            return version
        }
    }

    // MARK: what the questions share

    func recordKind(_ name: String) throws -> RecordKind {
        guard let kind = RecordKinds.named(name) else { throw RecordDoor.noSuchKind }
        return kind
    }

    /// A past day and the instant at which it ends; nil for an empty text.
    func day(_ text: String) throws -> (day: LocalDate, end: Instant)? {
        if text.isEmpty { return nil }
        guard let day = LocalDate(text) else {
            throw ServiceError(.invalid, "date-not-iso", "Write the day of as_of as 2026-09-01.")
        }
        guard let tallinn = TallinnTime() else {
            throw ServiceError(
                .unavailable, "zone-data-missing",
                "The machine has no time zone data, so days have no ends: install the package tzdata.")
        }
        return (day, tallinn.instant(day.adding(days: 1)))
    }

    /// Records that name people are not read without a trace.
    func auditNames(_ kind: RecordKind, _ method: RegistryMethod, _ caller: Caller) async throws {
        guard kind.namesPeople else { return }
        try await audit(caller, method, partition: RegistryCodes.county, children: [])
    }
}

/// One condition of a question for records.
struct RecordFilter: Sendable {
    private let field: String
    /// Nil: the field has no value.
    private let value: RecordValue?

    init(_ name: String, _ text: String, _ kind: RecordKind) throws {
        guard let field = kind.field(name) else {
            throw ServiceError(
                .invalid, "field-unknown", "The kind has no such field to filter by: see ListKinds.")
        }
        self.field = name
        do {
            value = try field.value(text)
        } catch {
            throw ServiceError(.invalid, error.reason, "\(error.message.en) \(error.remedy.en)")
        }
    }

    /// A list matches when it holds all that is asked.
    func matches(_ record: Record) -> Bool {
        guard case .list(let asked) = value else { return record.fields[field] == value }
        let items = record.list(field)
        return asked.allSatisfy(items.contains)
    }
}
