/// Numbers as people and their programs write them.
enum SheetNumber {
    /// "12", "1 200", "12,0" as digits.
    static func integer(_ text: String) throws(SheetProblem) -> String {
        let number = try decimal(text, whole: true)
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 1 || parts[1].allSatisfy({ $0 == "0" }) else { throw .notWhole }
        return String(parts[0])
    }

    /// "0,5", "1 200,50", "1.200,50", "1,200.50" with a point, and without separators of thousands. One
    /// separator with three digits after it may be either: that is a fault, unless the number begins with 0.
    static func decimal(_ text: String) throws(SheetProblem) -> String { try decimal(text, whole: false) }

    private static func decimal(_ text: String, whole: Bool) throws(SheetProblem) -> String {
        if SheetCell.isScientific(text) { throw .digitsLost }
        var digits = Array(text.utf8.filter { $0 != 0x20 })
        // The minus sign of typographers.
        let isNegative = digits.first == 0x2D || text.hasPrefix("−")
        if isNegative { digits.removeFirst(digits.first == 0x2D ? 1 : 3) }
        guard digits.count <= 18, digits.contains(where: { 0x30...0x39 ~= $0 }),
            digits.allSatisfy({ 0x30...0x39 ~= $0 || $0 == 0x2C || $0 == 0x2E })
        else { throw whole ? .notWhole : .notNumber }
        let marks = digits.indices.filter { digits[$0] == 0x2C || digits[$0] == 0x2E }
        if let last = marks.last {
            let after = digits.count - last - 1
            let kinds = Set(marks.map { digits[$0] })
            if marks.count == 1, after == 3, (1...3).contains(last), digits[0] != 0x30 {
                throw .ambiguousNumber
            }
            // "1.200.000": thousands only.
            let isThousands = marks.count > 1 && kinds.count == 1
            guard isThousands || marks.dropLast().allSatisfy({ digits[$0] != digits[last] }) else {
                throw .notNumber
            }
            if !isThousands { digits[last] = 0x2E }
            digits = digits.indices.filter { !isThousands && $0 == last || !marks.contains($0) }
                .map { digits[$0] }
            if digits.last == 0x2E { digits.removeLast() }
            if digits.first == 0x2E { digits.insert(0x30, at: 0) }
        }
        let text = String(decoding: withoutLeadingZeros(digits), as: UTF8.self)
        return isNegative && text != "0" ? "-" + text : text
    }

    private static func withoutLeadingZeros(_ digits: [UInt8]) -> ArraySlice<UInt8> {
        var rest = digits[...]
        while rest.count > 1, rest.first == 0x30, rest[rest.startIndex + 1] != 0x2E {
            rest = rest.dropFirst()
        }
        return rest
    }
}

/// Days as people and their programs write them.
enum SheetDate {
    /// 2026-09-01; 1.09.2026, 01.09.26; 1. september 2026; 13/09/2026; the serial day number of Excel and
    /// LibreOffice (46266, days since 1899-12-30) from 1927 to 2119; a time of midnight after it.
    static func read(_ text: String) throws(SheetProblem) -> (text: String, isSerial: Bool) {
        if SheetCell.isScientific(text) { throw .digitsLost }
        var day = text
        if let time = day.firstIndex(where: { $0 == "T" || $0 == " " }), day[time...].contains(":") {
            let zeros = day[time...].filter(\.isNumber).allSatisfy { $0 == "0" }
            guard zeros else { throw .notDate }
            day = String(day[..<time])
        }
        if day.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) { return (try serial(day), true) }
        if day.utf8.contains(0x2D) { return (try iso(day), false) }
        if day.utf8.contains(0x2F) { return (try slashes(day), false) }
        return (try points(day), false)
    }

    /// The order in which a foreign table writes day, month and year.
    enum Order: String { case dmy, mdy, ymd }

    /// Three numbers in that order, whatever stands between them.
    static func read(_ text: String, _ order: Order) throws(SheetProblem) -> String {
        let parts = text.split { !($0.isASCII && $0.isNumber) }.prefix(3).map(String.init)
        // A day number of a spreadsheet program has no order.
        guard parts.count == 3 else { return try read(text).text }
        guard let day = numbers(order == .dmy ? parts[0] : order == .mdy ? parts[1] : parts[2], ".").first,
            let month = numbers(order == .dmy || order == .ymd ? parts[1] : parts[0], ".").first,
            let last = numbers(order == .ymd ? parts[0] : parts[2], ".").first
        else { throw .notDate }
        return try date(year(last), month.value, day.value)
    }

    private static func serial(_ text: String) throws(SheetProblem) -> String {
        guard text.utf8.count == 5, let number = Int(text), (10_000...80_000).contains(number) else {
            throw .notDate
        }
        // Days since 0000-03-01 of the proleptic calendar; 1899-12-30 is 693,899 of them (H. Hinnant,
        // "chrono-compatible low-level date algorithms").
        let days = number + 693_899
        let era = days / 146_097
        let ofEra = days % 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * ofYear + 2) / 153
        let civilMonth = month < 10 ? month + 3 : month - 9
        let year = yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0)
        return try date(year, civilMonth, ofYear - (153 * month + 2) / 5 + 1)
    }

    private static func iso(_ text: String) throws(SheetProblem) -> String {
        let parts = numbers(text, "-")
        guard parts.count == 3, parts[0].digits == 4 else { throw .notDate }
        return try date(parts[0].value, parts[1].value, parts[2].value)
    }

    /// Day and month in either order: taken only when one of them can be no month, or both are the same.
    private static func slashes(_ text: String) throws(SheetProblem) -> String {
        let parts = numbers(text, "/")
        guard parts.count == 3 else { throw .notDate }
        if parts[0].digits == 4 { return try date(parts[0].value, parts[1].value, parts[2].value) }
        let (first, second) = (parts[0].value, parts[1].value)
        guard first > 12 || second > 12 || first == second else { throw .ambiguousDate }
        return try date(year(parts[2]), second > 12 ? first : second, second > 12 ? second : first)
    }

    private static func points(_ text: String) throws(SheetProblem) -> String {
        let parts = text.split { $0 == "." || $0 == " " }.map(String.init)
        guard parts.count == 3 else { throw .notDate }
        let month = months[Heading(parts[1]).folded] ?? Int(parts[1]) ?? 0
        guard let day = Int(parts[0]), let last = numbers(parts[2], ".").first, parts[0].utf8.count <= 2,
            parts[1].utf8.count <= 2 || months[Heading(parts[1]).folded] != nil
        else { throw .notDate }
        return try date(year(last), month, day)
    }

    private static func numbers(_ text: String, _ separator: Character) -> [(value: Int, digits: Int)] {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        let found = parts.compactMap { part -> (Int, Int)? in
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
                return nil
            }
            return Int(part).map { ($0, part.utf8.count) }
        }
        return found.count == parts.count ? found : []
    }

    /// Two digits are of this century up to 68, else of the last one (as POSIX reads them).
    private static func year(_ number: (value: Int, digits: Int)) throws(SheetProblem) -> Int {
        switch number.digits {
        case 4: return number.value
        case 2: return number.value + (number.value <= 68 ? 2000 : 1900)
        default: throw .notDate
        }
    }

    private static func date(_ year: Int, _ month: Int, _ day: Int) throws(SheetProblem) -> String {
        func padded(_ number: Int, _ count: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
        }
        let text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let isDay = Array(text.utf8).withUnsafeBufferPointer { TableDate($0) != nil }
        guard isDay else { throw .notDate }
        return text
    }

    private static let months: [String: Int] = [
        "jaanuar": 1, "veebruar": 2, "marts": 3, "aprill": 4, "mai": 5, "juuni": 6, "juuli": 7, "august": 8,
        "september": 9, "oktoober": 10, "november": 11, "detsember": 12,
        "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "october": 10,
        "december": 12,
    ]
}
