/// One row's fields, by the place of their columns in the format. Valid only inside the closure that it is
/// given to.
public struct TableRow: ~Copyable {
    /// The row as a spreadsheet counts it; the header is row 1.
    public let number: Int
    let bytes: UnsafeBufferPointer<UInt8>
    let ends: UnsafeBufferPointer<Int>
    let layout: TableLayout
    let format: TableFormat

    /// A field's bytes (valid UTF-8, without quotation marks), to be used before the closure returns. Empty
    /// when the file does not have the column.
    public func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8> {
        guard let place = layout.places[column] else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(rebasing: bytes[(place == 0 ? 0 : ends[place - 1])..<ends[place]])
    }

    /// Whether the file has the column.
    func has(_ column: Int) -> Bool { layout.places[column] != nil }

    /// True also when the file does not have the column.
    public func isEmpty(_ column: Int) -> Bool { bytes(column).isEmpty }

    /// The field's text; empty when the field is, or when the file does not have the column.
    public func text(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }

    /// The text; nil when the field is empty.
    public func optionalText(_ column: Int) -> String? { isEmpty(column) ? nil : text(column) }

    /// The text of a field that may not be empty.
    public func requiredText(_ column: Int) throws(TableFault) -> String {
        try require(column)
        return text(column)
    }

    /// Whether the field is exactly this, without making a string.
    public func holds(_ column: Int, _ word: StaticString) -> Bool {
        let field = bytes(column)
        return word.withUTF8Buffer { $0.elementsEqual(field) }
    }

    /// A whole number within `range`, written with digits and perhaps a minus sign.
    public func integer(_ column: Int, in range: ClosedRange<Int>) throws(TableFault) -> Int {
        try require(column)
        let field = bytes(column)
        let negative = field.first == 0x2D
        var number = 0
        let digits = field.dropFirst(negative ? 1 : 0)
        guard !digits.isEmpty, digits.count <= 18 else { throw notNumber(column, range) }
        for byte in digits {
            guard 0x30...0x39 ~= byte else { throw notNumber(column, range) }
            number = number * 10 + Int(byte - 0x30)
        }
        if negative { number = -number }
        guard range.contains(number) else {
            throw fault(
                column, "out-of-range",
                BilingualText(
                    et: "Arv ei ole vahemikus \(range.lowerBound) kuni \(range.upperBound).",
                    en: "The number is not between \(range.lowerBound) and \(range.upperBound)."),
                BilingualText(et: "Paranda arv.", en: "Correct the number."))
        }
        return number
    }

    /// A date of the calendar, written as 2026-09-01.
    public func date(_ column: Int) throws(TableFault) -> TableDate {
        try require(column)
        guard let date = TableDate(bytes(column)) else {
            throw fault(
                column, "date-not-iso",
                BilingualText(
                    et: "Väli ei ole kalendri kuupäev kujul aasta-kuu-päev.",
                    en: "The field is not a date of the calendar written as year-month-day."),
                BilingualText(et: "Kirjuta kuupäev kujul 2026-09-01.", en: "Write the date as 2026-09-01."))
        }
        return date
    }

    /// A fault of this field, to be thrown or kept.
    public func fault(
        _ column: Int, _ code: String, _ message: BilingualText, _ remedy: BilingualText
    ) -> TableFault {
        TableFault(
            row: number, column: format.columns[column].name, code: code, message: message, remedy: remedy)
    }

    private func require(_ column: Int) throws(TableFault) {
        if isEmpty(column) {
            throw fault(
                column, "empty", BilingualText(et: "Väli on tühi.", en: "The field is empty."),
                BilingualText(et: "Täida see või eemalda rida.", en: "Fill it in, or remove the row."))
        }
    }

    private func notNumber(_ column: Int, _ range: ClosedRange<Int>) -> TableFault {
        fault(
            column, "not-a-number",
            BilingualText(et: "Väli ei ole täisarv.", en: "The field is not a whole number."),
            BilingualText(
                et: "Kirjuta ainult numbritega arv vahemikus \(range.lowerBound) kuni \(range.upperBound).",
                en: "Write a number between \(range.lowerBound) and \(range.upperBound) with digits only."))
    }
}

/// A date of the Gregorian calendar, as a table holds it.
public struct TableDate: Sendable, Hashable, Comparable {
    /// 1 to 9999.
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to 31.
    public let day: Int

    /// Reads `2026-09-01`; nil when it is anything else or no date of the calendar.
    public init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 10, text[4] == 0x2D, text[7] == 0x2D else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var number = 0
            for byte in text[range] {
                guard 0x30...0x39 ~= byte else { return nil }
                number = number * 10 + Int(byte - 0x30)
            }
            return number
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), year >= 1,
            1...12 ~= month, day >= 1, day <= Self.days(in: month, of: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// 2026-09-01.
    public var text: String {
        func padded(_ number: Int, _ count: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    public static func < (left: TableDate, right: TableDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
