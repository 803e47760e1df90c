import Testing

@testable import Linkage

/// How values are compared.
@Suite("Comparing values")
struct ComparisonTests {
    private func slice(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

    @Test(
        "Edits are counted as optimal string alignment counts them",
        arguments: [
            ("", "", 0), ("a", "", 1), ("ca", "abc", 3), ("martha", "marhta", 1), ("kitten", "sitting", 3),
            ("street", "sreet", 1), ("2160", "2106", 1), ("abcdefgh", "xyz", 4), ("tamm", "tamm", 0),
        ])
    func edits(left: String, right: String, edits: Int) {
        var distance = TextDistance()
        #expect(distance.edits(slice(left), slice(right), bound: 3) == edits)
        #expect(distance.edits(slice(right), slice(left), bound: 3) == edits)
    }

    @Test(
        "Jaro and Winkler agree with their published figures",
        arguments: [
            ("martha", "marhta", 0.9611), ("dixon", "dicksonx", 0.8133), ("dwayne", "duane", 0.84),
            ("a", "b", 0),
            ("same", "same", 1),
        ])
    func jaroWinkler(left: String, right: String, similarity: Double) {
        #expect(abs(TextDistance.jaroWinkler(slice(left), slice(right)) - similarity) < 0.0001)
    }

    @Test("Very long values are compared by their beginnings")
    func longValues() {
        var distance = TextDistance()
        let long = String(repeating: "näidis ", count: 400)
        #expect(distance.edits(slice(long), slice(long + "x"), bound: 3) == 0)
        #expect(TextDistance.jaroWinkler(slice(long), slice(long)) == 1)
    }

    @Test(
        "Spellings of one name sound alike",
        arguments: [
            ("Jüri", "Juri"), ("Juri", "Yuri"), ("Yuri", "Iurii"), ("Юрий", "Juri"),
            ("Ševtšenko", "Shevchenko"),
            ("Sevtsenko", "Шевченко"), ("Sergei", "Sergey"), ("Aleksei", "Alexey"), ("Tatjana", "Tatiana"),
            ("Tatyana", "Tatiana"), ("Ksenia", "Xenia"), ("Dmitri", "Dmitrij"), ("Õie", "Oie"),
            ("Mary-Ann", "Mari Ann"), ("Žanna", "Zhanna"), ("D'Arc", "Darc"),
        ])
    func spellings(one: String, other: String) {
        #expect(
            TextFolding.sound(TextFolding.squeezed(one)) == TextFolding.sound(TextFolding.squeezed(other)))
    }

    private func level(_ left: String, _ right: String, _ kind: LinkageField.Kind) -> AgreementLevel {
        var table = ValueTable(kind)
        let codes = (table.code(left), table.code(right))
        var comparison = ValueComparison()
        let level = comparison.level(codes.0, codes.1, in: table)
        #expect(comparison.level(codes.1, codes.0, in: table) == level)
        return level
    }

    @Test("Names agree in steps")
    func names() {
        #expect(level("Mari", "", .name) == .missing)
        #expect(level("Mari", " - ", .name) == .missing)
        #expect(level("Mari-Liis", "mari liis", .name) == .exact)
        #expect(level("Kristjan", "Kristjna", .name) == .close)
        #expect(level("Näidistamm", "Näidistam", .name) == .close)
        #expect(level("Näidistamm", "Näidstm", .name) == .similar)
        #expect(level("Näidis-Proovikask", "Proovikask", .name) == .weak)
        #expect(level("Näidis-Proovikask", "Proovikask-Näidis", .name) == .weak)
        #expect(level("Mari", "Oskar", .name) == .different)
        #expect(level("An", "Ed", .name) == .different)
    }

    @Test("Dates and numbers agree in steps")
    func datesAndNumbers() {
        #expect(level("2010-05-06", "20100506", .date) == .exact)
        #expect(level("2010-05-06", "2010-05-07", .date) == .close)
        #expect(level("2010-05-16", "2010-05-61", .date) == .close)
        #expect(level("2010-05-12", "2010-12-05", .date) == .similar)
        #expect(level("2010-05-06", "2010-05-28", .date) == .weak)
        #expect(level("2010-05-06", "1999-05-06", .date) == .weak)
        #expect(level("2010-05-06", "1999-11-28", .date) == .different)
        #expect(level("44106", "44160", .number) == .close)
        #expect(level("44106", "44899", .number) == .different)
        #expect(level("12", "13", .number) == .close)
    }
}
