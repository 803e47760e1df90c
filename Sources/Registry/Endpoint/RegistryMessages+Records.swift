import Contracts
import ServiceKit
import Store

/// Records, their kinds and their faults as messages, and back.
extension RegistryMessages {
    static func put(_ message: RegistryRecordPut) -> RecordPut {
        RecordPut(
            record(message.record),
            expectedVersion: message.hasExpectedVersion ? Int(clamping: message.expectedVersion) : nil,
            setsEnd: message.setEnd)
    }

    static func record(_ message: RegistryRecord) -> Record {
        Record(
            kind: message.kind, code: message.code, owner: message.municipality,
            fields: message.fields.compactMapValues(value), endedFrom: message.endedFrom)
    }

    private static func value(_ message: RegistryRecordValue) -> RecordValue? {
        switch message.value {
        case nil: nil
        case .text(let text): .text(text)
        case .integer(let number): .integer(Int(number))
        case .boolean(let holds): .boolean(holds)
        case .items(let items): .list(items.values)
        }
    }

    static func message(_ current: RecordStore.Current) -> RegistryRecord {
        message(current.record, version: current.version, at: current.changedAt.microseconds)
    }

    private static func message(_ record: Record, version: Int, at microseconds: Int64) -> RegistryRecord {
        var message = RegistryRecord()
        message.kind = record.kind
        message.code = record.code
        message.municipality = record.owner
        message.fields = record.fields.mapValues { value in
            var message = RegistryRecordValue()
            switch value {
            case .text(let text): message.text = text
            case .integer(let number): message.integer = Int64(number)
            case .boolean(let holds): message.boolean = holds
            case .list(let items): message.items.values = items
            }
            return message
        }
        message.endedFrom = record.endedFrom
        message.version = UInt64(clamping: version)
        message.changedMicroseconds = microseconds
        return message
    }

    /// Versions, the newest first, each with what it changed.
    static func messages(_ versions: [RecordStore.Version]) -> [RegistryRecordVersion] {
        versions.enumerated().map { place, version in
            let before = versions.dropFirst(place + 1).first?.record
            var message = RegistryRecordVersion()
            message.record = self.message(
                version.record, version: version.number, at: version.at.microseconds)
            message.system = version.author.system
            if let person = version.author.person { message.personID = person.data }
            message.role = version.author.role
            message.purpose = version.author.purpose
            message.changedFields = changes(from: before, to: version.record)
            return message
        }
    }

    private static func changes(from before: Record?, to record: Record) -> [String] {
        let names = Set(record.fields.keys).union(before?.fields.keys.map { $0 } ?? [])
        var changed = names.filter { before?.fields[$0] != record.fields[$0] }.sorted()
        if before?.owner != record.owner { changed.append("municipality") }
        if before?.endedFrom ?? "" != record.endedFrom { changed.append("ended_from") }
        return changed
    }

    static func message(_ result: RegistryService.RecordResult) -> RegistryRecordResult {
        var message = RegistryRecordResult()
        message.kind = result.key.kind
        message.code = result.key.code
        message.version = UInt64(clamping: result.version)
        message.change = result.decision.rawValue
        return message
    }

    /// - Parameter row: as the sender counts.
    static func message(_ fault: RecordFault, row: Int, key: Record.Key) -> RegistryRecordFault {
        var message = RegistryRecordFault()
        message.row = UInt64(clamping: row)
        message.kind = key.kind
        message.code = RegistryCodes.isName(key.code) ? key.code : ""
        message.field = fault.field
        message.reason = fault.reason
        message.messageEt = fault.message.et
        message.messageEn = fault.message.en
        message.remedyEt = fault.remedy.et
        message.remedyEn = fault.remedy.en
        return message
    }

    static func message(_ kind: RecordKind) -> RegistryRecordKind {
        var message = RegistryRecordKind()
        message.name = kind.name
        message.headingEt = kind.heading.et
        message.headingEn = kind.heading.en
        switch kind.owner {
        case .given: message.owner = "given"
        case .ownCode: message.owner = "own-code"
        case .county: message.owner = "county"
        case .following(let field): message.owner = field
        }
        message.namesPeople = kind.namesPeople
        message.fields = kind.fields.map { field in
            var message = RegistryRecordField()
            message.name = field.name
            message.type = field.typeName
            message.headingEt = field.heading.et
            message.headingEn = field.heading.en
            message.required = field.isRequired
            message.codes = (field.codes ?? []).sorted()
            message.refersTo = field.referencedKind ?? ""
            if case .integer(let range) = field.type {
                message.minimum = Int64(range.lowerBound)
                message.maximum = Int64(range.upperBound)
            }
            message.synonyms = field.synonyms
            message.personalContact = field.contact == .personal
            return message
        }
        return message
    }

    // MARK: gaps

    static func message(_ gap: RecordGaps.Gap) -> RegistryGap {
        var message = RegistryGap()
        message.municipality = gap.municipality
        message.type = gap.kind.rawValue
        message.kind = gap.record?.kind ?? ""
        message.code = gap.record?.code ?? ""
        message.role = gap.role
        message.textEt = gap.text.et
        message.textEn = gap.text.en
        return message
    }

    static func message(_ completeness: RecordGaps.Completeness) -> RegistryCompleteness {
        var message = RegistryCompleteness()
        message.municipality = completeness.municipality
        message.table = completeness.table
        message.records = UInt32(clamping: completeness.records)
        message.percent = UInt32(clamping: completeness.percent)
        message.lacks = completeness.lacks.map { lack in
            var message = RegistryLack()
            message.code = lack.code
            message.fields = lack.fields
            return message
        }
        return message
    }
}
