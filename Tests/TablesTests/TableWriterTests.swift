import Tables
import Testing

@Suite("Writing a table") struct TableWriterTests {
    @Test("What is written is read back the same", arguments: [TableWriter.Separator.comma, .semicolon])
    func roundTrip(_ separator: TableWriter.Separator) throws {
        let rows = [
            ["1", "õäöü, šž; \"x\"", "line\r\nbreak"], ["", " space ", "\""], ["=1+1", "-5", "'"],
            ["a\rb", ";", ","],
        ]
        for mark in [false, true] {
            var writer = TableWriter(columns: ["a", "b", "c"], separator: separator, byteOrderMark: mark)
            for row in rows { try writer.write(row) }
            #expect(try Outcome(writer.take(), format: TableFormat(required: ["a", "b", "c"])).rows == rows)
            #expect(writer.take().isEmpty)
        }
    }

    @Test("A field that a spreadsheet would run is made harmless when asked for")
    func formulas() throws {
        var writer = TableWriter(columns: ["a"], guardsFormulas: true)
        _ = writer.take()
        for field in ["=1+1", "+372", "-5,5", "-5+2", "@x", "\tx", "a=1", "", "=\"x\""] {
            try writer.write([field])
        }
        let expected =
            "'=1+1\r\n'+372\r\n\"-5,5\"\r\n'-5+2\r\n'@x\r\n'\tx\r\na=1\r\n\"\"\r\n\"'=\"\"x\"\"\"\r\n"
        #expect(String(decoding: writer.take(), as: UTF8.self) == expected)
    }

    @Test("A row that does not fit the columns is refused")
    func fieldCount() {
        var writer = TableWriter(columns: ["a", "b"])
        #expect(throws: TableFault.self) { try writer.write(["1"]) }
    }
}
