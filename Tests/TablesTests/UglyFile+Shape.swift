// Letters, separators, line ends, headers: how a file is written.
extension UglyFile {
    static let encodings: [UglyFile] = [
        UglyFile("UTF-8 with a mark", "\u{FEFF}pupil;name\r\n1;Õnne Näidis\r\n", rows: ["1|Õnne Näidis"]),
        UglyFile("UTF-8 without a mark", "pupil,name\n1,Õnne Näidis\n", rows: ["1|Õnne Näidis"]),
        UglyFile(
            "Excel's Unicode text", utf16("pupil\tname\r\n1\tŽanna Näidis 😀\r\n", littleEndian: true),
            rows: ["1|Žanna Näidis 😀"]),
        UglyFile(
            "UTF-16 with the other byte first", utf16("pupil;name\n1;Õie\n", littleEndian: false),
            rows: ["1|Õie"]),
        UglyFile(
            "UTF-16 without a mark", utf16("pupil;name\n1;Õie\n", littleEndian: true, mark: false),
            rows: ["1|Õie"]),
        UglyFile(
            "UTF-16 cut in half a letter",
            Array(utf16("pupil;name\n1;Õie\n", littleEndian: true).dropLast()),
            faults: ["2:-:not-utf-16"]),
        UglyFile(
            "Windows-1257", bytes("Õpilane;Nimi\r\n1;Šarlotte Žürii–Näidis „Õis“\r\n", baltic),
            rows: ["1|Šarlotte Žürii–Näidis „Õis“"]),
        UglyFile(
            "Windows-1257 with Latvian and Lithuanian letters",
            bytes("pupil;name\n1;Kazņa Ėdelė\n", baltic), rows: ["1|Kazņa Ėdelė"]),
        UglyFile(
            "Windows-1257 whose last byte is a letter", bytes("pupil;name\n1;Kadi Jää", baltic),
            rows: ["1|Kadi Jää"]),
        UglyFile(
            "Windows-1257 with four ä in a row", bytes("pupil;name\n1;Jäääär Näidis", baltic),
            rows: ["1|Jäääär Näidis"]),
        UglyFile(
            "Latin-1, which has the same letters here", bytes("pupil;name\n1;Ülo Õis\n", baltic),
            rows: ["1|Ülo Õis"]),
        UglyFile(
            "Windows-1252 shows by its š",
            bytes("pupil;name\n1;Näidis\n2;Šarlotte\n", ["ä": 0xE4, "Š": 0x8A]),
            faults: ["3:-:windows-1252"]),
        UglyFile(
            "Windows-1251 shows by its words", Array("pupil;name\n1;".utf8) + [0xC8, 0xE2, 0xE0, 0xED, 0x0A],
            faults: ["2:-:windows-1251"]),
        UglyFile(
            "bytes of no character set", Array("pupil;name\n1;a".utf8) + [0x81, 0x0A],
            faults: ["2:-:encoding-unknown"]),
        UglyFile(
            "UTF-8 damaged in one row", Array("pupil;name\n1;Õõ\n2;x".utf8) + [0xC3] + Array("\n3;ä\n".utf8),
            rows: ["1|Õõ"], faults: ["3:name:not-utf-8"]),
        UglyFile(
            "UTF-8 cut in the last letter", Array("pupil;name\n1;Õõ\n2;ää".utf8.dropLast()),
            rows: ["1|Õõ"], faults: ["3:name:not-utf-8"]),
        UglyFile(
            "UTF-8 encoded twice", "pupil;name\n1;Ãµnne\n2;Mari\n", rows: ["2|Mari"],
            faults: ["2:name:double-encoded"]),
        UglyFile(
            "letters replaced before", "pupil;name\n1;\u{FFFD}nne\n2;Mari\n", rows: ["2|Mari"],
            faults: ["2:name:letters-lost"]),
        UglyFile("letters taken apart by a Mac", "pupil;name\n1;O\u{303}nne\n", rows: ["1|Õnne"]),
        UglyFile("a zero byte", "pupil;name\n1;a\u{0}b\n", faults: ["2:-:nul-byte"]),
    ]

    static let otherFiles: [UglyFile] = [
        UglyFile("XLSX named .csv", [0x50, 0x4B, 0x03, 0x04, 0x14, 0, 6, 0], faults: ["1:-:workbook"]),
        UglyFile("XLS named .csv", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1], faults: ["1:-:workbook"]),
        UglyFile(
            "web page named .csv", "\u{FEFF}\r\n<!DOCTYPE html><html><table>", faults: ["1:-:markup"]),
        UglyFile("XML named .csv", "<?xml version=\"1.0\"?>", faults: ["1:-:markup"]),
        UglyFile("PDF named .csv", "%PDF-1.7\n", faults: ["1:-:not-a-table"]),
        UglyFile("JSON named .csv", "[{\"pupil\": \"1\"}]", faults: ["1:-:not-a-table"]),
        UglyFile("gzip named .csv", [0x1F, 0x8B, 8, 0], faults: ["1:-:not-a-table"]),
        UglyFile("nothing", "", faults: ["1:-:empty-file"]),
        UglyFile("a mark and spaces only", "\u{FEFF} \r\n \r\n", faults: ["1:-:empty-file"]),
    ]

    static let separators: [UglyFile] = [
        UglyFile("tabs", "pupil\tname\n1\tMari, Jüri\n", rows: ["1|Mari, Jüri"]),
        UglyFile("bars between columns", "pupil|name\n1|Mari\n", faults: ["1:-:separator"]),
        UglyFile("sep= before the header", "sep=;\r\npupil;name\r\n1;Mari\r\n", rows: ["1|Mari"]),
        UglyFile("sep= in quotation marks", "\"sep=,\"\npupil,name\n1,\"M;a\"\n", rows: ["1|M;a"]),
        UglyFile("sep= and nothing else", "sep=;", faults: ["1:-:header-not-found"]),
        UglyFile("spaces between columns", "pupil name\n1 Mari\n", faults: ["1:-:separator"]),
        UglyFile(
            "commas in the title, semicolons in the table", "A, b, c, d\npupil;name\n1;M\n", rows: ["1|M"]),
    ]

    static let lineEnds: [UglyFile] = [
        UglyFile("an old Mac's line ends", "pupil;name\r1;Mari\r2;Jüri\r", rows: ["1|Mari", "2|Jüri"]),
        UglyFile("LF and CRLF mixed", "pupil;name\r\n1;Mari\n2;Jüri\r\n", rows: ["1|Mari", "2|Jüri"]),
        UglyFile("CR, LF and CRLF mixed", "pupil;name\r1;A\n2;B\r\n3;C\r", rows: ["1|A", "2|B", "3|C"]),
        UglyFile("a lone CR among LF", "pupil;name\n1;Mari\r2;Jüri\n", faults: ["2:-:line-ending"]),
        UglyFile("no last line end", "pupil;name\n1;Mari", rows: ["1|Mari"]),
        UglyFile(
            "a line break in quotation marks", "pupil;name;notes\n1;\"Mari\nNäidis\";\"a\r\nb\"\n2;J;\n",
            rows: ["1|Mari Näidis|a\nb", "2|J|"]),
        UglyFile(
            "a line break without quotation marks", "pupil;name;grade\n1;Mari\nNäidis;5\n3;J;4\n",
            rows: ["3|J|4"], faults: ["2:-:too-few-fields", "3:-:too-few-fields"]),
        UglyFile(
            "cut off in mid-row", "pupil;name;grade\n1;Mari;5\n2;Jü", rows: ["1|Mari|5"],
            faults: ["3:-:cut-off"]),
    ]

    static let quotes: [UglyFile] = [
        UglyFile("quotes in the middle", "pupil;name\n1;Kool \"Päike\" 2\n", rows: ["1|Kool \"Päike\" 2"]),
        UglyFile("quotes doubled as they should be", "pupil;name\n1;\"A \"\"B\"\"\"\n", rows: ["1|A \"B\""]),
        UglyFile("spaces around a quoted field", "pupil,name,grade\n1, \"A, B\" ,5\n", rows: ["1|A, B|5"]),
        UglyFile(
            "text after a closing quote", "pupil;name\n1;\"A\"b\n2;C\n", rows: ["2|C"],
            faults: ["2:name:text-after-quote"]),
        UglyFile(
            "a quote that is never closed", "pupil;name\n1;A\n2;\"B\n3;C\n", rows: ["1|A"],
            faults: ["3:name:unclosed-quote"]),
        UglyFile(
            "a huge field", "pupil;name\n1;" + String(repeating: "a", count: 70_000) + "\n2;B\n",
            faults: ["2:name:field-too-long"]),
    ]

    static let emptiness: [UglyFile] = [
        UglyFile("trailing separators everywhere", "pupil;name;;;\n1;A;;;\n2;B;;;\n", rows: ["1|A", "2|B"]),
        UglyFile("trailing separators in rows only", "pupil;name\n1;A;;;;\n", rows: ["1|A"]),
        UglyFile(
            "a thousand empty columns", "pupil;name" + String(repeating: ";", count: 1000) + "\n1;A\n",
            rows: ["1|A"]),
        UglyFile("an empty first column", ";pupil;name\n;1;A\n", rows: ["1|A"]),
        UglyFile("empty rows", "\n;\npupil;name\n;\n\n1;A\n ; \n", rows: ["1|A"]),
        UglyFile("a row of non-breaking spaces", "pupil;name\n\u{A0};\u{A0}\n1;A\n", rows: ["1|A"]),
        UglyFile(
            "remarks beside the table", "pupil;name;\n1;A;\n2;B;see on märkus\n", rows: ["1|A"],
            faults: ["3:-:empty-column-name"]),
        UglyFile(
            "more fields than headings", "pupil;name\n1;A;B\n2;C\n", rows: ["2|C"],
            faults: ["2:-:too-many-fields"]),
        UglyFile("header only", "pupil;name\n"),
    ]

    static let headers: [UglyFile] = [
        UglyFile("Estonian headings", "ÕPILASE ID;Nimi;Sünnikuupäev\n1;A;\n", rows: ["1|A|"]),
        UglyFile("headings without diacritics", "Opilane;nimi;SUNNIAEG\n1;A;\n", rows: ["1|A|"]),
        UglyFile("English headings in capitals", "PUPIL ID,FULL NAME\n1,A\n", rows: ["1|A"]),
        UglyFile(
            "headings with signs and formats", " Pupil_ID * ;Nimi:;Sünnikuupäev (pp.kk.aaaa)\n1;A;\n",
            rows: ["1|A|"]),
        UglyFile("columns in another order", "name;grade;pupil\nA;5;1\n", rows: ["1|A|5"]),
        UglyFile(
            "titles above the header",
            "Näidiskooli õpilased;;\nSeisuga 22.11.2026;;\n;;\npupil;name;grade\n1;A;5\n",
            rows: ["1|A|5"]),
        UglyFile("a column twice", "pupil;name;Nimi\n1;A;B\n", faults: ["1:name:duplicate-column"]),
        UglyFile("a column missing", "pupil;grade\n1;5\n", faults: ["1:name:missing-column"]),
        UglyFile("an unknown column", "pupil;name;shoe size\n1;A;38\n", faults: ["1:-:unknown-column"]),
        UglyFile("no header", "1;Mari\n2;Jüri\n", faults: ["1:-:header-not-found"]),
        UglyFile(
            "header below titles is counted", "Pealkiri;;\npupil;name;whatever\n1;A;B\n",
            faults: ["2:-:unknown-column"]),
    ]
}
