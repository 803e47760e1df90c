import Store
import Tables

/// What a preparation found: kept with the import, told to its sender.
struct ImportReport: Sendable, Hashable {
    var counts = JournalCounts()
    var faults = JournalFaults()
    var pupils: UInt64 = 0
    var committed = false

    var packed: [UInt8] {
        var writer = PackedWriter()
        writer.byte(2)
        for number in [
            counts.rows, counts.good, counts.lessons, counts.absences, counts.grades, counts.remarks,
            counts.memberships, pupils, faults.count,
        ] {
            writer.varint(number)
        }
        writer.byte(counts.days == nil ? 0 : 1)
        if let days = counts.days {
            writer.varint(UInt64(max(0, days.from)))
            writer.varint(UInt64(max(0, days.until)))
        }
        writer.varint(UInt64(faults.shown.count))
        for fault in faults.shown {
            writer.varint(fault.row)
            for text in [
                fault.column, fault.code, fault.message.english, fault.remedy.english,
                fault.message.estonian, fault.remedy.estonian,
            ] { writer.text(text) }
        }
        return writer.bytes
    }

    init() {}

    init(packed: [UInt8]) throws(StoreError) {
        var reader = PackedReader(packed)
        let version = try reader.byte()
        guard (1...2).contains(version) else { throw PackedWeek.unknownVersion }
        counts.rows = try reader.varint()
        counts.good = try reader.varint()
        counts.lessons = try reader.varint()
        counts.absences = try reader.varint()
        counts.grades = try reader.varint()
        counts.remarks = try reader.varint()
        counts.memberships = try reader.varint()
        pupils = try reader.varint()
        let total = try reader.varint()
        if try reader.byte() == 1 {
            let from = Int32(clamping: try reader.integer())
            counts.days = DayRange(from: from, until: Int32(clamping: try reader.integer()))
        }
        for _ in 0..<(try reader.integer()) {
            let row = try reader.varint()
            let column = try reader.text()
            let code = try reader.text()
            let message = try reader.text()
            let remedy = try reader.text()
            // Reports of the first version were kept in English only.
            faults.add(
                JournalFault(
                    row: row, column: column, code: code,
                    message: BilingualText(et: version == 1 ? message : try reader.text(), en: message),
                    remedy: BilingualText(et: version == 1 ? remedy : try reader.text(), en: remedy)))
        }
        faults.restoreTotal(total)
    }

    /// Adds that pupils are not in the register: at the first row of each, all their rows not good.
    mutating func addUnregistered(_ pupils: [StagedPupil]) {
        for pupil in pupils {
            faults.add(
                JournalFault(row: UInt64(max(0, pupil.firstRow)), column: "pupil", "pupil-not-registered"))
            counts.good -= min(counts.good, UInt64(max(0, pupil.rowCount)))
        }
    }
}
