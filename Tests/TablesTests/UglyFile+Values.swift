// What spreadsheet programs do to values.
extension UglyFile {
    private static func values(
        _ name: String, _ column: String, _ pairs: [(String, String)], notes: [String] = []
    ) -> UglyFile {
        let lines = pairs.enumerated().map {
            "\($0.offset);A;\"\($0.element.0.replacing("\"", with: "\"\""))\"\n"
        }
        return UglyFile(
            name, "pupil;name;\(column)\n" + lines.joined(),
            rows: pairs.enumerated().map { "\($0.offset)|A|\($0.element.1)" }, notes: notes)
    }

    private static func refused(_ name: String, _ column: String, _ code: String, _ fields: [String])
        -> UglyFile
    {
        let lines = fields.map { "1;A;\"\($0.replacing("\"", with: "\"\""))\"\n" }
        return UglyFile(
            name, "pupil;name;\(column)\n" + lines.joined(),
            faults: fields.indices.map { "\($0 + 2):\(column):\(code)" })
    }

    static let texts: [UglyFile] = [
        UglyFile("spaces around and between", "pupil;name\n 1 ;  Mari   Näidis  \n", rows: ["1|Mari Näidis"]),
        UglyFile(
            "non-breaking and narrow spaces", "pupil;name\n1\u{A0};\u{A0}Mari\u{202F}N.\u{A0}\n",
            rows: ["1|Mari N."]),
        UglyFile("marks that nobody sees", "pupil;name\n\u{200B}1;Ma\u{AD}ri\u{FEFF}\n", rows: ["1|Mari"]),
        UglyFile("tabs and control characters", "pupil;name\n1;\"Mari\tN\u{7}x\"\n", rows: ["1|Mari N x"]),
        UglyFile(
            "=\"0012\" as text", "pupil;name\n=\"0012\";A\n\"=\"\"0013\"\"\";B\n", rows: ["0012|A", "0013|B"]),
        UglyFile("apostrophe before digits", "pupil;name\n'0012;'t Hooft\n", rows: ["0012|'t Hooft"]),
        UglyFile("a guarded formula comes back", "pupil;name\n1;'=A1\n", rows: ["1|=A1"]),
        UglyFile("a formula", "pupil;name\n1;=A1&B1\n2;B\n", rows: ["2|B"], faults: ["2:name:formula"]),
        UglyFile(
            "errors of a spreadsheet", "pupil;name\n1;#N/A\n2;#REF!\n3;#NIMI?\n4;#VÄÄRTUS!\n5;#1 kool\n",
            rows: ["5|#1 kool"], faults: (2...5).map { "\($0):name:spreadsheet-error" }),
        UglyFile("a column too narrow", "pupil;name\n1;#######\n", faults: ["2:name:column-too-narrow"]),
        UglyFile(
            "a code that became a number", "pupil;name\n4,7E+12;A\n5E10;B\n", rows: ["5E10|B"],
            faults: ["2:pupil:digits-lost"]),
        values(
            "lists", "languages", [("et; ru", "et|ru"), ("et|ru|", "et|ru"), ("et\nru", "et|ru"), ("", "")]),
    ]

    static let dates: [UglyFile] = [
        values(
            "dates of every kind", "born",
            [
                ("2026-09-01", "2026-09-01"), ("1.09.2026", "2026-09-01"), ("01.9.2026", "2026-09-01"),
                ("01.09.26", "2026-09-01"), ("1.9.99", "1999-09-01"), ("01.09.2026.", "2026-09-01"),
                ("2026-9-1", "2026-09-01"), ("1. september 2026", "2026-09-01"),
                ("3. märts 2015", "2015-03-03"), ("29.02.2024", "2024-02-29"), ("", ""),
            ]),
        values(
            "dates with midnight", "born",
            [
                ("01.09.2026 0:00", "2026-09-01"), ("2026-09-01 00:00:00", "2026-09-01"),
                ("2026-09-01T00:00:00.000", "2026-09-01"), ("2026-09-01T00:00:00Z", "2026-09-01"),
            ]),
        values(
            "serial day numbers", "born",
            [
                ("46266", "2026-09-01"), ("36526", "2000-01-01"), ("45351", "2024-02-29"),
                ("45352", "2024-03-01"), ("41275", "2013-01-01"),
            ], notes: ["2:born:serial-day-number"]),
        values(
            "slashes that can be read in one way", "born",
            [
                ("13/09/2026", "2026-09-13"), ("09/13/2026", "2026-09-13"), ("5/5/2026", "2026-05-05"),
                ("2026/09/01", "2026-09-01"),
            ]),
        refused("slashes that can be read in two ways", "born", "ambiguous-date", ["03/04/2026", "3/4/26"]),
        refused(
            "no days of the calendar", "born", "date-not-iso",
            [
                "30.02.2026", "2026-13-01", "00.01.2026", "32.01.2026", "2026-09-01 14:30", "september 2026",
                "1.9", "1.9.2026.5", "999", "123456", "1-9-2026", "1.9.202", "eile", "٣.٩.2026",
                "99999999999999999999.1.2026",
            ]),
        values("a dash for nothing", "born", [("–", ""), ("-", "")], notes: ["2:born:dash-for-nothing"]),
    ]

    static let numbers: [UglyFile] = [
        values(
            "decimal commas and thousands", "share",
            [
                ("0,5", "0.5"), ("0.50", "0.50"), (",5", "0.5"), ("1 200,50", "1200.50"),
                ("1\u{A0}200", "1200"), ("1.200,50", "1200.50"), ("1,200.50", "1200.50"),
                ("1.200.000", "1200000"), ("-0,25", "-0.25"), ("−3", "-3"), ("0,125", "0.125"), ("5,", "5"),
                ("007", "7"),
            ]),
        refused("a number of two readings", "share", "ambiguous-number", ["1,200", "12.500"]),
        refused(
            "no numbers", "share", "not-a-number",
            ["1/2", "pool", "1,2,3.4.5", "--1", "-", "½", "1e", ".", "12345678901234567890"].filter {
                $0 != "-"
            }),
        values(
            "whole numbers as Excel writes them", "grade",
            [("5", "5"), ("5,0", "5"), ("05", "5"), ("-1", "-1")]),
        refused("no whole numbers", "grade", "not-a-whole-number", ["5,5", "5a", "V", "5-6"]),
        values(
            "yes and no", "active",
            [
                ("jah", "yes"), ("EI", "no"), ("TÕENE", "yes"), ("Väär", "no"), ("1", "yes"), ("x", "yes"),
                ("", ""),
            ]),
        refused("neither yes nor no", "active", "not-yes-or-no", ["võib-olla", "2"]),
    ]

    static let codes: [UglyFile] = [
        values(
            "isikukood with spaces and decimals", "isikukood",
            [
                ("51503010017", "51503010017"), ("515 0301 0017", "51503010017"),
                ("51503010017,0", "51503010017"),
                ("'51503010017", "51503010017"), ("=\"51503010017\"", "51503010017"), ("", ""),
            ]),
        refused(
            "isikukood in scientific notation", "isikukood", "digits-lost",
            ["5,15E+10", "5.1503E+10", "5E+10", "5,0E+10"]),
        refused(
            "isikukood too short or with letters", "isikukood", "isikukood-not-eleven-digits",
            ["5150301001", "5150301001O", "515030100170", "٥١٥٠٣٠١٠٠١٧"]),
        values(
            "leading zeros of EHAK codes eaten", "residence",
            [("0792", "0792"), ("792", "0792"), ("142", "0142")],
            notes: ["3:residence:leading-zero-restored"]),
        refused("no EHAK codes", "residence", "not-an-ehak-code", ["Tapa", "79", "07922", "7,92"]),
        values(
            "the county's EHAK code", "residence", [("60", "0060")],
            notes: ["2:residence:leading-zero-restored"]),
    ]

    static let all =
        encodings + otherFiles + separators + lineEnds + quotes + emptiness + headers + texts + dates
        + numbers
        + codes
}
