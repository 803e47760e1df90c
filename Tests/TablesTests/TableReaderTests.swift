import Tables
import Testing

/// What came out of a table: each row's number and texts, and the faults.
struct Outcome: Hashable {
    var rows: [[String]] = []
    var numbers: [Int] = []
    var faults: [TableFault] = []

    var codes: [String] { faults.map { "\($0.row):\($0.column ?? "-"):\($0.code)" } }

    /// Reads bytes in pieces of the given size.
    init(_ bytes: [UInt8], piece: Int = .max, format: TableFormat = abc) throws {
        var reader = TableReader(format)
        var rest = bytes[...]
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(piece))
            rest = rest.dropFirst(piece)
            try reader.read(chunk) {
                add($0, format)
            } fault: {
                faults.append($0)
            }
        }
        try reader.finish {
            add($0, format)
        } fault: {
            faults.append($0)
        }
    }

    init(_ text: String, piece: Int = .max, format: TableFormat = abc) throws {
        try self.init(Array(text.utf8), piece: piece, format: format)
    }

    private mutating func add(_ row: borrowing TableRow, _ format: TableFormat) {
        rows.append(format.columns.indices.map { row.text($0) })
        numbers.append(row.number)
    }
}

private let abc = TableFormat([.init("a"), .init("b"), .init("c", required: false)])

/// A file that somebody could send, and what has to come of it.
struct Ugly: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let rows: [[String]]
    let codes: [String]

    init(_ name: String, _ text: String, rows: [[String]] = [], codes: [String] = []) {
        self.init(name, Array(text.utf8), rows: rows, codes: codes)
    }

    init(_ name: String, _ bytes: [UInt8], rows: [[String]] = [], codes: [String] = []) {
        testDescription = name
        self.bytes = bytes
        self.rows = rows
        self.codes = codes
    }

    static let files: [Ugly] = [
        Ugly("plain", "a,b,c\n1,2,3\n", rows: [["1", "2", "3"]]),
        Ugly("no last line break", "a,b,c\r\n1,2,3", rows: [["1", "2", "3"]]),
        Ugly("last line ends in CR", "a,b,c\r\n1,2,3\r", rows: [["1", "2", "3"]]),
        Ugly("semicolons and other order", "c;b;a\n3;2;1\n", rows: [["1", "2", "3"]]),
        Ugly("mark and CRLF", "\u{FEFF}a;b;c\r\n1;2,5;3\r\n", rows: [["1", "2,5", "3"]]),
        Ugly("optional column absent", "a,b\n1,2\n", rows: [["1", "2", ""]]),
        Ugly("quotes", "a,b,c\n\"1,x\",\"2\"\"y\",\"\"\n", rows: [["1,x", "2\"y", ""]]),
        Ugly("quoted header", "\"a\",\"b\";x\n", codes: ["1:-:text-after-quote"]),
        Ugly(
            "line break in quotes", "a,b,c\n\"1\r\n2\",3,4\n5,6,7\n",
            rows: [["1\r\n2", "3", "4"], ["5", "6", "7"]]),
        Ugly("empty rows", "a,b,c\n\n1,2,3\r\n,,\n\n4,5,6\n\n", rows: [["1", "2", "3"], ["4", "5", "6"]]),
        Ugly("last field empty", "a,b,c\n1,2,", rows: [["1", "2", ""]]),
        Ugly("Estonian text", "a,b,c\nõäöü,šž,😀\n", rows: [["õäöü", "šž", "😀"]]),
        Ugly(
            "too many and too few", "a,b,c\n1,2,3,4,5\n1,2\n7,8,9\n", rows: [["7", "8", "9"]],
            codes: ["2:-:too-many-fields", "3:-:too-few-fields"]),
        Ugly("stray quote", "a,b,c\n1,x\"y,3\n7,8,9\n", rows: [["7", "8", "9"]], codes: ["2:b:stray-quote"]),
        Ugly("text after quote", "a,b,c\n\"1\"x,2,3\n", codes: ["2:a:text-after-quote"]),
        Ugly(
            "unclosed quote", "a,b,c\n1,2,3\n4,\"5,6\n7,8,9\n", rows: [["1", "2", "3"]],
            codes: ["3:b:unclosed-quote"]),
        Ugly("old Mac line ends", "a,b,c\r1,2,3\r", codes: ["1:-:line-ending"]),
        Ugly("CR in a row", "a,b,c\n1,\r2,3\n", codes: ["2:-:line-ending"]),
        Ugly("zero byte", "a,b,c\n1,\u{0},3\n4,5,6\n", codes: ["2:-:nul-byte"]),
        Ugly("zero byte in quotes", "a,b,c\n1,\"\u{0}\",3\n", codes: ["2:-:nul-byte"]),
        Ugly("nothing", "", codes: ["1:-:empty-file"]),
        Ugly("mark only", "\u{FEFF}", codes: ["1:-:empty-file"]),
        Ugly("empty first line", "\na,b,c\n", codes: ["1:-:empty-file"]),
        Ugly("header only", "a,b,c", rows: []),
        Ugly("tabs", "a\tb\tc\n1\t2\t3\n", codes: ["1:-:separator"]),
        Ugly(
            "unknown and missing column", "a,x\n1,2\n", codes: ["1:-:unknown-column", "1:b:missing-column"]),
        Ugly("column twice", "a,b,b\n1,2,3\n", codes: ["1:b:duplicate-column"]),
        Ugly("column without a name", "a,b,\n1,2,3\n", codes: ["1:-:empty-column-name"]),
        Ugly(
            "no header at all", "Näidis Õpilane 17,2,3\n",
            codes: [
                "1:-:unknown-column", "1:-:unknown-column", "1:-:unknown-column", "1:a:missing-column",
                "1:b:missing-column",
            ]),
        Ugly(
            "Windows-1257", Array("a,b,c\n1,".utf8) + [0xD5, 0x70] + Array(",3\n".utf8),
            codes: ["2:b:windows-1257"]),
        Ugly(
            "cut UTF-8", Array("a,b,c\n1,".utf8) + [0xE2, 0x82] + Array(",3\n".utf8), codes: ["2:b:not-utf-8"]
        ),
        Ugly(
            "surrogate in UTF-8", Array("a,b,c\n1,2,".utf8) + [0xED, 0xA0, 0x80, 0x0A],
            codes: ["2:c:not-utf-8"]),
        Ugly(
            "overlong UTF-8", Array("a,b,c\n".utf8) + [0xC0, 0xAF] + Array(",2,3\n".utf8),
            codes: ["2:a:not-utf-8"]),
        Ugly("UTF-16 with mark", [0xFF, 0xFE, 0x61, 0, 0x2C, 0, 0x62, 0, 0x0A, 0], codes: ["1:-:utf-16"]),
        Ugly("UTF-16 without mark", [0x61, 0, 0x2C, 0, 0x62, 0, 0x0A, 0], codes: ["1:-:utf-16"]),
        Ugly("workbook", [0x50, 0x4B, 0x03, 0x04, 0x14, 0, 6, 0], codes: ["1:-:workbook"]),
    ]
}

/// SplitMix64: the same bytes in every run.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Reading a table") struct TableReaderTests {
    @Test("An ugly file gives its rows and clear faults, however it is cut", arguments: Ugly.files)
    func ugly(_ file: Ugly) throws {
        let whole = try Outcome(file.bytes)
        #expect(whole.rows == file.rows)
        #expect(whole.codes == file.codes)
        #expect(
            whole.faults.allSatisfy { fault in
                BilingualText.Language.allCases.allSatisfy {
                    !fault.message[$0].isEmpty && !fault.remedy[$0].isEmpty
                } && fault.message[.estonian] != fault.message[.english]
            })
        for piece in 1...7 { #expect(try Outcome(file.bytes, piece: piece) == whole, "pieces of \(piece)") }
    }

    @Test("Rows are counted as a spreadsheet counts them")
    func counting() throws {
        let outcome = try Outcome("a,b,c\n\n\"1\n\n\",2,3\n,,\n4,5,6\n7\n")
        #expect(outcome.numbers == [3, 5])
        #expect(outcome.codes == ["6:-:too-few-fields"])
    }

    @Test("A fault never repeats what stands in the file")
    func silent() throws {
        for text in ["Näidis,Õpilane\n", "a,b,c\nNäidis\"x,2,3\n", "a,b,c\nNäidis,2\n", "a,b,c\n1,\"Näidis"] {
            let outcome = try Outcome(text)
            #expect(!outcome.faults.isEmpty)
            #expect(!outcome.faults.contains { "\($0)".contains("Näidis") || "\($0)".contains("Õpilane") })
        }
    }

    @Test("A field or a row beyond its limit ends the reading")
    func limits() throws {
        var format = TableFormat(required: ["a", "b"])
        format.fieldBytesMaximum = 8
        format.rowBytesMaximum = 12
        #expect(try Outcome("a,b\n12345678,1\n", format: format).rows == [["12345678", "1"]])
        for piece in [1, 5, 100] {
            let long = try Outcome("a,b\n1,123456789\n1,2\n", piece: piece, format: format)
            #expect(long.codes == ["2:b:field-too-long"])
            #expect(long.rows.isEmpty)
            #expect(
                try Outcome("a,b\n1,\"2\n3,4\n5,6\n7,8", piece: piece, format: format).codes == [
                    "2:b:field-too-long"
                ])
            #expect(
                try Outcome("a,b\n1234567,1234567\n", piece: piece, format: format).codes == [
                    "2:-:row-too-long"
                ])
        }
    }

    @Test("After a fault of the whole file nothing more is read")
    func ended() throws {
        var reader = TableReader(abc)
        var faults = 0
        try reader.read(Array("a,x\n".utf8)) { _ in
            Issue.record("no row")
        } fault: { _ in
            faults += 1
        }
        let before = faults
        #expect(reader.hasEnded)
        try reader.read(Array("1,2\n".utf8)) { _ in
            Issue.record("no row")
        } fault: { _ in
            faults += 1
        }
        try reader.finish { _ in
            Issue.record("no row")
        } fault: { _ in
            faults += 1
        }
        #expect(faults == before)
    }

    @Test("A fault thrown for one row lets the others be read, another error ends the reading")
    func thrown() throws {
        struct Stop: Error {}
        var reader = TableReader(TableFormat(required: ["a"]))
        var seen: [Int] = []
        var faults: [TableFault] = []
        try reader.read(Array("a\n1\nx\n3\n".utf8)) { row in
            seen.append(try row.integer(0, in: 0...9))
        } fault: {
            faults.append($0)
        }
        #expect(seen == [1, 3])
        #expect(faults.map(\.code) == ["not-a-number"])
        #expect(faults.first?.row == 3)
        #expect(throws: Stop.self) {
            try reader.read(Array("4\n5\n".utf8)) { _ in
                throw Stop()
            } fault: { _ in
            }
        }
        #expect(reader.hasEnded)
    }

    @Test("Numbers, dates and words are read from bytes")
    func typed() throws {
        var reader = TableReader(TableFormat(required: ["n", "d", "w"]))
        var checked = 0
        try reader.read(Array("n,d,w\n-12,2024-02-29,late\n".utf8)) { row in
            #expect(try row.integer(0, in: -20...0) == -12)
            let date = try row.date(1)
            #expect(date.year == 2024 && date.month == 2 && date.day == 29)
            #expect(row.holds(2, "late") && !row.holds(2, "lat") && !row.holds(2, "later"))
            #expect(try row.requiredText(2) == "late")
            checked += 1
        } fault: {
            Issue.record("\($0)")
        }
        #expect(checked == 1)
    }

    @Test(
        "What is no number or no date of the calendar is told",
        arguments: [
            ("", "2025-02-29"), ("-", "2024-2-29"), ("1.5", "29.02.2024"), ("+1", "2024-13-01"),
            ("11", "2024-04-31"),
            ("99999999999999999999999", "0000-01-01"), ("1 ", "2024-02-2x"), ("٣", ""),
        ])
    func mistyped(_ number: String, _ date: String) throws {
        var reader = TableReader(TableFormat(required: ["n", "d"]))
        var told = 0
        try reader.read(Array("n,d\n\(number),\(date)\n\(number)x,\(date)\n".utf8)) { row in
            #expect(throws: TableFault.self) { try row.integer(0, in: 0...10) }
            #expect(throws: TableFault.self) { try row.date(1) }
            told += 1
        } fault: { _ in
        }
        #expect(told >= 1)
    }

    @Test("Any bytes at all end in rows or faults, never in a trap, however they are cut")
    func anyBytes() throws {
        var random = SeededGenerator(state: 792)
        let alphabet: [UInt8] = [
            0x61, 0x62, 0x63, 0x2C, 0x3B, 0x22, 0x0A, 0x0D, 0x20, 0x31, 0xC3, 0xB5, 0xFF, 0,
        ]
        for round in 0..<300 {
            let length = Int.random(in: 0..<60, using: &random)
            var bytes = (0..<length).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            if round % 3 > 0 { bytes = Array("a,b,c\n".utf8) + bytes }
            let whole = try Outcome(bytes)
            #expect(try Outcome(bytes, piece: Int.random(in: 1..<9, using: &random)) == whole, "\(bytes)")
        }
    }
}
