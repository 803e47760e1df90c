import Tables
import Testing

@Suite("Reading a table from a spreadsheet program") struct TableSheetTests {
    private func place(_ fault: TableFault) -> String { "\(fault.row):\(fault.column ?? "-"):\(fault.code)" }

    @Test("An ugly file gives its rows or clear faults in both languages", arguments: UglyFile.all)
    func ugly(_ file: UglyFile) {
        let sheet = TableSheet(file.bytes, UglyFile.format)
        #expect(sheet.rows.map { $0.values.compactMap(\.self).joined(separator: "|") } == file.rows)
        #expect(sheet.faults.map(place) == file.faults)
        #expect(sheet.faultCount == file.faults.count)
        #expect(sheet.notes.map { place($0.fault) } == file.notes)
        for fault in sheet.faults + sheet.notes.map(\.fault) {
            for text in [fault.message, fault.remedy] {
                #expect(!text.estonian.isEmpty && !text.english.isEmpty && text.estonian != text.english)
            }
        }
    }

    @Test("There are at least sixty ugly files, each of its own name and bytes")
    func enough() {
        #expect(UglyFile.all.count >= 60)
        #expect(Set(UglyFile.all.map(\.testDescription)).count == UglyFile.all.count)
    }

    @Test("Rows are counted as a spreadsheet counts them, and repairs with the rows they were made in")
    func counting() {
        let sheet = TableSheet(
            Array(
                "sep=;\r\nTitle\r\npupil;name;EHAK\r\n\r\n1;\"a\r\nb\";792\r\n2;c;0792\r\n3;d;143\r\n".utf8),
            UglyFile.format)
        #expect(sheet.rows.map(\.number) == [4, 5, 6])
        #expect(sheet.notes.map(\.rows) == [2])
        #expect(sheet.rowCount == 3)
        #expect(sheet.encoding == .utf8 && sheet.separator == ";")
    }

    @Test(
        "A faulty row is kept apart with the values that could be read, so that nobody counts it as missing")
    func faulty() {
        let sheet = TableSheet(Array("pupil;name;born\n7;A;eile\n".utf8), UglyFile.format)
        #expect(sheet.rows.isEmpty)
        #expect(sheet.faultyRows.first.map { sheet.fields(of: $0) } == ["pupil": "7", "name": "A"])
    }

    @Test("What the file is known to be goes before what it looks like")
    func stated() {
        let bytes = Array("pupil,name;grade\n1,M;5\n".utf8)
        let format = SheetFormat([.init("pupil,name"), .init("grade", .integer)])
        #expect(TableSheet(bytes, format, separator: ";").rows.first?.values == ["1,M", "5"])
        let russian = Array("pupil;name\n1;".utf8) + [0xC8, 0xE2, 0xE0, 0xED, 0x0A]
        #expect(TableSheet(russian, UglyFile.format, encoding: .utf8).faults.map(\.code) == ["not-utf-8"])
    }

    @Test("A slip in a heading is told with the name that is meant, and never repeated")
    func slip() {
        let sheet = TableSheet(Array("pupil;name;Elukhot;Näidis Õpilane\n1;A;0792;x\n".utf8), UglyFile.format)
        #expect(sheet.faults.map(\.code) == ["unknown-column", "unknown-column"])
        #expect(sheet.faults.first?.remedy[.english].contains("residence") == true)
        #expect(!"\(sheet.faults)".contains("Elukhot") && !"\(sheet.faults)".contains("Õpilane"))
    }

    @Test("Columns that a format passes over are no faults")
    func ignored() {
        var format = UglyFile.format
        format.ignoresUnknownColumns = true
        let sheet = TableSheet(Array("pupil;name;shoe size;\n1;A;38;x\n".utf8), format)
        #expect(sheet.faults.isEmpty && sheet.rows.count == 1)
    }

    @Test("Faults are kept up to a limit and all are counted, and never hold what stands in the file")
    func limit() {
        var format = UglyFile.format
        format.faultsMaximum = 3
        let rows = String(repeating: "1;A;Näidis\n", count: 50)
        let sheet = TableSheet(Array(("pupil;name;born\n" + rows).utf8), format)
        #expect(sheet.faults.count == 3 && sheet.faultCount == 50)
        #expect(!"\(sheet.faults)".contains("Näidis"))
    }

    @Test("Every byte of Windows-1257 that has a character gives that character")
    func codePage() throws {
        let letters = "ŠšŽžÕõÄäÖöÜüĄąĒēĢģĪīĶķĻļŅņŪūČčĘęĖėĮįŲų€„“–"
        let codes: [UInt8] = [
            0xD0, 0xF0, 0xDE, 0xFE, 0xD5, 0xF5, 0xC4, 0xE4, 0xD6, 0xF6, 0xDC, 0xFC, 0xC0, 0xE0, 0xC7, 0xE7,
            0xCC, 0xEC, 0xCE, 0xEE, 0xCD, 0xED, 0xCF, 0xEF, 0xD2, 0xF2, 0xDB, 0xFB, 0xC8, 0xE8, 0xC6, 0xE6,
            0xCB, 0xEB, 0xC1, 0xE1, 0xD8, 0xF8, 0x80, 0x84, 0x93, 0x96,
        ]
        // Spaces between, so that no word looks Russian.
        let text = try TableEncoding.decode(Array(codes.map { [$0] }.joined(separator: [0x20])))
        #expect(text.encoding == .windows1257)
        #expect(String(decoding: text.text, as: UTF8.self).filter { $0 != " " } == letters)
    }

    @Test("Any bytes at all end in rows or faults, never in a trap")
    func anyBytes() {
        var state: UInt64 = 928
        func next(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        let pieces: [[UInt8]] = [
            Array("pupil".utf8), Array("name".utf8), Array("born".utf8), [0x3B], [0x2C], [0x0D], [0x0A],
            [0x22],
            [0x20], [0xC3, 0xB5], [0xF5], [0xFF], [0], Array("sep=;".utf8), Array("46266".utf8),
            Array("=\"".utf8), [0x27], Array("1,5E+10".utf8), Array("792".utf8), Array("EHAK".utf8),
            [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], Array("1.9.26".utf8), Array("isikukood".utf8), [0x2E], [0x2D],
        ]
        for round in 0..<2000 {
            var bytes = round % 2 == 0 ? Array("pupil;name;born;EHAK;share;isikukood\n".utf8) : []
            for _ in 0..<next(40) { bytes += pieces[next(pieces.count)] }
            let sheet = TableSheet(bytes, UglyFile.format)
            #expect(sheet.faultCount >= sheet.faults.count)
        }
    }
}
