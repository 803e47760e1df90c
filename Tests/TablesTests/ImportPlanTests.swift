import Tables
import Testing

@Suite("What an import would do") struct ImportPlanTests {
    private let stored = [
        "a": ["name": "Näidis A", "phone": "1"], "b": ["name": "Näidis B"], "c": ["name": "Näidis C"],
    ]

    private func row(_ number: Int, _ key: String, _ fields: [String: String]) -> ImportPlan.Row {
        ImportPlan.Row(number: number, key: key, fields: fields)
    }

    private func county(_ count: Int) -> [String: [String: String]] {
        Dictionary(uniqueKeysWithValues: (0..<count).map { ("k\($0)", ["name": "\($0)"]) })
    }

    private func rows(_ range: Range<Int>) -> [ImportPlan.Row] {
        range.map { row($0 + 2, "k\($0)", ["name": "\($0)"]) }
    }

    @Test("New, changed, unchanged and missing rows are told apart, with the fields that change")
    func kinds() {
        let plan = ImportPlan(
            mode: .full, current: stored,
            incoming: [
                row(2, "a", ["name": "Näidis A", "phone": "2"]), row(3, "b", ["name": "Näidis B"]),
                row(4, "d", ["name": "Näidis D"]),
            ])
        #expect(plan.new.map(\.key) == ["d"])
        #expect(plan.changed.map(\.row.key) == ["a"])
        #expect(plan.changed.first?.fields.map(\.field) == ["phone"])
        #expect(plan.changed.first?.fields.first?.from == "1")
        #expect(plan.changed.first?.fields.first?.to == "2")
        #expect(plan.unchanged == ["b"])
        #expect(plan.missing == ["c"])
        #expect(plan.mayStore)
    }

    @Test("The preview says that missing does not delete, in both languages")
    func preview() {
        var current = county(30)
        for key in ["k0", "k1", "k2"] { current[key] = ["name": "old"] }
        let incoming = rows(0..<29) + (0..<12).map { row(100 + $0, "n\($0)", ["name": ""]) }
        let plan = ImportPlan(mode: .full, current: current, incoming: incoming)
        #expect(plan.preview[.english] == "12 new, 3 changed, 1 missing: missing does not delete")
        #expect(plan.preview[.estonian] == "12 uut, 3 muudetud, 1 puudub: puudumine ei kustuta")
        let delta = ImportPlan(mode: .delta, current: current, incoming: incoming)
        #expect(delta.preview[.english] == "12 new, 3 changed")
    }

    @Test("A column that the file lacks changes nothing, an empty field clears")
    func absent() {
        let lacks = ImportPlan(mode: .delta, current: stored, incoming: [row(2, "a", ["name": "Näidis A"])])
        #expect(lacks.changed.isEmpty)
        let clears = ImportPlan(
            mode: .delta, current: stored, incoming: [row(2, "a", ["name": "Näidis A", "phone": ""])])
        #expect(clears.changed.first?.fields.map(\.to) == [""])
    }

    @Test("In a delta nothing is missing")
    func delta() {
        let plan = ImportPlan(mode: .delta, current: county(100), incoming: [])
        #expect(plan.missing.isEmpty)
        #expect(plan.stop == nil)
    }

    @Test(
        "A full file that lacks more than 5 % stops, and one row is always let through unless it is the only",
        arguments: [
            (100, 5, true), (100, 6, false), (1, 1, false), (2, 1, true), (2, 2, false), (19, 1, true),
            (19, 2, false), (39, 2, false), (40, 2, true), (40, 3, false), (0, 0, true),
        ])
    func vanishing(_ current: Int, _ missing: Int, _ passes: Bool) {
        let plan = ImportPlan(
            mode: .full, current: county(current), incoming: rows(0..<current - missing))
        #expect(plan.missing.count == missing)
        #expect(plan.mayStore == passes)
        if !passes {
            #expect(
                plan.stop
                    == .tooManyMissing(
                        missing: missing, current: current,
                        allowed: ImportPlan.allowedMissing(of: current)))
        }
    }

    @Test("Only the very number that was shown confirms a loss")
    func confirmation() {
        func plan(_ confirmed: Int?) -> ImportPlan {
            ImportPlan(
                mode: .full, current: county(100), incoming: rows(0..<50), confirmedMissing: confirmed)
        }
        #expect(plan(nil).stop?.code == "too-many-missing")
        #expect(plan(50).mayStore)
        #expect(plan(49).stop == .confirmationDiffers(missing: 50, confirmed: 49))
        #expect(plan(nil).stop?.what[.estonian].contains("100") == true)
        #expect(plan(nil).stop?.remedy[.english].contains("confirm that 50") == true)
    }

    @Test("A row that could not be read is not missing")
    func unreadable() {
        let plan = ImportPlan(
            mode: .full, current: stored, incoming: [row(2, "a", [:])], unreadableKeys: ["b", "c"])
        #expect(plan.missing.isEmpty)
    }

    @Test("The same file twice is nothing, and another file between the two is not forgotten")
    func twice() {
        let again = ImportPlan(
            mode: .full, current: [:], incoming: rows(0..<3), digest: [1, 2], lastDigest: [1, 2])
        #expect(again.isRepeat && !again.mayStore)
        #expect(again.new.isEmpty && again.changed.isEmpty && again.missing.isEmpty)
        #expect(again.preview[.english] == "the same file was imported already: nothing changes")
        let other = ImportPlan(
            mode: .full, current: [:], incoming: rows(0..<3), digest: [1, 2], lastDigest: [3, 4])
        #expect(other.new.count == 3 && other.mayStore)
    }

    @Test("What a person changed since the last import stays until the file says something new")
    func edits() {
        let current = ["a": ["name": "by hand", "phone": "by hand"]]
        let last = ["a": ["name": "from file", "phone": "from file"]]
        let plan = ImportPlan(
            mode: .delta, current: current,
            incoming: [row(2, "a", ["name": "from file", "phone": "new in file"])], lastImported: last)
        #expect(plan.keptEdits.count == 1)
        #expect(plan.changed.first?.fields.map(\.field) == ["phone"])
        #expect(plan.changed.first?.fields.first?.overwritesEdit == true)
    }

    @Test("A key in two rows is a fault of the second, which does not repeat the key")
    func duplicates() {
        let plan = ImportPlan(
            mode: .delta, current: [:],
            incoming: [row(2, "secret", [:]), row(3, "b", [:]), row(7, "secret", [:])])
        #expect(plan.faults.map(\.row) == [7])
        #expect(plan.faults.first?.code == "duplicate-key")
        #expect(plan.faults.first?.message[.english].contains("row 2") == true)
        #expect(!plan.mayStore)
        #expect(!"\(plan.faults)".contains("secret"))
    }
}
