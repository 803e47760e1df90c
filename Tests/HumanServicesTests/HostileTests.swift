@testable import HumanServices
import Testing

@Suite("Hostile files end with an error that says what to do")
struct HostileTests {
    private static func code(_ bytes: [UInt8]) -> String? {
        do throws(Finding) {
            _ = try JSONReader.read(bytes, file: "x.json")
            return nil
        } catch { return error.code }
    }

    private static func code(_ text: String) -> String? { code(Array(text.utf8)) }

    @Test(
        "Texts that are no JSON, or none that can be kept",
        arguments: [
            ("", "json-empty"), (" \n", "json-empty"), ("{", "json-cut-off"), (#"{"a""#, "json-syntax"),
            (#"{"a":"#, "json-cut-off"), (#"{"a":1"#, "json-cut-off"), (#"{"a":1,}"#, "json-syntax"),
            ("[1,]", "json-syntax"), ("[1 2]", "json-syntax"), ("{a:1}", "json-syntax"),
            ("NaN", "json-syntax"),
            ("nul", "json-syntax"), ("01", "json-trailing"), ("1.", "json-number"), ("-", "json-number"),
            ("1e", "json-number"), ("+1", "json-syntax"), (".5", "json-syntax"), ("{} {}", "json-trailing"),
            (#"{"a":1,"a":2}"#, "json-duplicate-name"), (#"{"a":1,"\u0061":2}"#, "json-duplicate-name"),
            (#""\ud800""#, "json-lone-surrogate"), (#""\udc00""#, "json-lone-surrogate"),
            (#""\ud800\u0041""#, "json-lone-surrogate"), (#""\x""#, "json-escape"),
            (#""\u12g4""#, "json-escape"),
            ("\"a\nb\"", "json-control-character"), ("\"abc", "json-cut-off"), (#""abc\"#, "json-cut-off"),
        ])
    func noJSON(_ text: String, _ code: String) { #expect(Self.code(text) == code) }

    @Test("Nesting, size, numbers and encodings beyond the limits")
    func limits() throws {
        #expect(Self.code(String(repeating: "[", count: 1_000_000)) == "json-too-deep")
        #expect(Self.code(String(repeating: #"{"a":"#, count: 200_000)) == "json-too-deep")
        #expect(Self.code(String(repeating: "9", count: 100_000)) == "json-number-too-long")
        #expect(Self.code("1e999999999") == nil)
        for bad: [UInt8] in [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF8, 0x88], [0xE2, 0x82]] {
            #expect(Self.code([0x22] + bad + [0x22]) == "json-not-utf8")
            #expect(Self.code([0x22, 0x5C, 0x6E] + bad + [0x22]) == "json-not-utf8")
        }
        var limits = JSONReader.Limits()
        limits.bytes = 10
        #expect(throws: Finding.self) {
            try JSONReader.read(Array("[1,2,3,4,5,6]".utf8), file: "x", limits: limits)
        }
    }

    @Test("Many names in one object, and many contents of one id, take no quadratic time")
    func many() {
        let names = (0..<20_000).map { #""n\#($0)":1"# }.joined(separator: ",")
        #expect(Self.code("{\(names)}") == nil)
        let phones = (0..<5_000).map { #"{"id":"x","number":"\#($0)"}"# }.joined(separator: ",")
        let text = #"{"id":"y","name":"S","status":"active","phones":[\#(phones)]}"#
        let reading = HumanServicesPackage.read(text)
        #expect(reading.findings.count("repeat-conflicts") == 4_999)
        #expect(reading.findings.kept.count <= 3 * Findings.keptMaximum)
    }

    @Test("Every beginning of an example, and examples with bytes changed, are read or refused, never more")
    func mutations() throws {
        let small = try Official(version: .v31).bytes("examples/taxonomy_term_list.json")
        for length in 0..<small.count - 2 where Self.code(Array(small[..<length])) == nil {
            Issue.record("\(length) bytes were taken for the whole")
        }
        let bytes = try Official(version: .v31).bytes("examples/service_list.json")
        var state: UInt64 = 20261122
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        var read = 0
        for _ in 0..<300 {
            var changed = bytes
            for _ in 0...next() % 4 { changed[next() % changed.count] = UInt8(next() % 256) }
            let reading = HumanServicesPackage.read([.init(name: "x.json", bytes: changed)])
            guard reading.findings.count(.unreadable) == 0 else { continue }
            read += 1
            let again = try JSONReader.read(try #require(reading.package.files().first).bytes, file: "")
            #expect(try JSONReader.read(changed, file: "").isSame(as: again))
            _ = try reading.package.asTables()
        }
        #expect(read > 20)
    }

    @Test("Objects of the wrong shape in every field are kept and told")
    func shapes() throws {
        let specification = Specification.of(.v31)
        for type in specification.types {
            for value in ["1", "\"x\"", "null", "[]", "{}", "[[]]", "[{}]", "[null]", "true"] {
                let members = type.fields.map { "\"\($0.name)\":\(value)" }.joined(separator: ",")
                let text = "{\(members)}"
                let reading = HumanServicesPackage.read(text, .v31)
                let again = try JSONReader.read(try #require(reading.package.files().first).bytes, file: "")
                #expect(try JSONReader.read(Array(text.utf8), file: "").isSame(as: again))
                #expect(!reading.findings.kept.isEmpty)
                _ = try reading.package.asTables()
            }
        }
    }

    @Test(
        "Tables that cannot be read",
        arguments: [
            ("", "table-empty"), ("\n", "table-empty"), ("a,a\n", "table-column-twice"),
            ("a\n\"x", "table-unclosed-quote"), ("a\n\"x\"y\n", "table-text-after-quote"),
            ("a\n\0\n", "table-nul"),
        ])
    func badTables(_ text: String, _ code: String) {
        let reading = HumanServicesPackage.read(text, name: "services.csv")
        #expect(reading.findings.kept.map(\.code) == [code])
        #expect(reading.findings.kept.first?.severity == .unreadable)
        #expect(reading.package.files().isEmpty)
    }

    @Test("A table in another encoding")
    func badEncoding() {
        let bytes = Array("id\n".utf8) + [0xF5, 0x0A]
        let reading = HumanServicesPackage.read([.init(name: "services.csv", bytes: bytes)])
        #expect(reading.findings.count("table-not-utf8") == 1)
    }
}
