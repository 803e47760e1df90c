import Foundation
import Linkage
import Testing

/// Linkage on people whose truth is known, and its promises on any data.
@Suite("Linkage")
struct LinkageTests {
    private struct People {
        var names: [String] = []
        var records: LinkageRecords
    }

    private static let fields = [
        LinkageField("given_name", .name), LinkageField("surname", .name, sharedInHousehold: true),
        LinkageField("street_number", .number, sharedInHousehold: true),
        LinkageField("address_1", .text, sharedInHousehold: true),
        LinkageField("address_2", .text, sharedInHousehold: true),
        LinkageField("suburb", .text, sharedInHousehold: true),
        LinkageField("postcode", .number, sharedInHousehold: true),
        LinkageField("state", .code, sharedInHousehold: true), LinkageField("date_of_birth", .date),
    ]

    private static let plan = LinkagePlan(fields: fields, exchanges: [.init(0, 1), .init(3, 4)])

    private func febrl(sources: ((String) -> Int) = { _ in 0 }) throws -> People {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Febrl/febrl2-part.csv")
        var people = People(records: LinkageRecords(Self.plan))
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst() {
            let values = line.split(separator: ",", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            people.names.append(String(values[0].split(separator: "-")[1]))
            people.records.append(Array(values[1...9]), source: sources(values[0]))
        }
        return people
    }

    @Test("People of FEBRL are found without their identifier, and nobody is taken for another")
    func febrlWithoutIdentifier() throws {
        let people = try febrl()
        var right = 0
        var wrong = 0
        for group in Linkage(people.records).groups() {
            for place in group.indices {
                for earlier in 0..<place {
                    if people.names[group[earlier]] == people.names[group[place]] {
                        right += 1
                    } else {
                        wrong += 1
                    }
                }
            }
        }
        let all = Dictionary(grouping: people.names) { $0 }.values.reduce(0) {
            $0 + $1.count * ($1.count - 1) / 2
        }
        #expect(wrong == 0)
        #expect(Double(right) / Double(all) > 0.995)
    }

    @Test("Two lists are joined one to one, and only with each other")
    func twoLists() throws {
        let people = try febrl { $0.hasSuffix("org") ? 0 : 1 }
        let linkage = Linkage(people.records, scope: .betweenSources)
        let links = linkage.oneToOne()
        #expect(links.count == Set(links.map(\.left)).union(links.map(\.right)).count / 2)
        #expect(links.allSatisfy { people.names[$0.left] == people.names[$0.right] })
        #expect(links.count == 100)
    }

    @Test("Every link's reasons sum to its total")
    func explanations() throws {
        let linkage = Linkage(try febrl().records)
        #expect(linkage.links.count > 200)
        for link in linkage.links.prefix(300) {
            let explanation = linkage.explanation(link.left, link.right)
            #expect(abs(explanation.total - link.total) < 1e-9)
            #expect(explanation.lines.count >= Self.fields.count + 2)
        }
    }

    @Test("The same records give the same links")
    func deterministic() throws {
        let records = try febrl().records
        #expect(Linkage(records).links == Linkage(records).links)
        #expect(Linkage(records).model == Linkage(records).model)
    }

    @Test("Swapped names are seen as swapped, and what is missing says nothing")
    func reasons() throws {
        var people = try febrl()
        people.records.append(["Näidis", "Proovikask", "7", "", "", "", "", "", "2010-05-06"])
        people.records.append(["Proovikask", "Naidis", "", "", "", "", "", "", "20100506"])
        let linkage = Linkage(people.records)
        let count = people.records.count
        let lines = linkage.explanation(count - 2, count - 1).lines
        #expect(lines.contains { $0.reason == .exchange(0, changed: true) && $0.bits < 0 })
        #expect(lines.contains { $0.reason == .field(0, .exact) && $0.bits > 4 })
        #expect(lines.contains { $0.reason == .field(1, .exact) && $0.bits > 4 })
        #expect(lines.contains { $0.reason == .field(2, .missing) && $0.bits == 0 })
        #expect(lines.contains { $0.reason == .field(8, .exact) && $0.bits > 6 })
    }

    @Test("Agreement in a rare name weighs more than in a common one")
    func termFrequency() {
        var records = LinkageRecords(LinkagePlan(fields: [LinkageField("name", .name)]))
        for number in 0..<300 { records.append([number < 100 ? "Mari" : "Nimi\(number / 2)"]) }
        let linkage = Linkage(records)
        #expect(linkage.explanation(200, 201).total > linkage.explanation(0, 1).total + 3)
    }

    @Test("Nothing to link is no fault")
    func degenerate() {
        var records = LinkageRecords(LinkagePlan(fields: [], exchanges: [.init(3, 9), .init(-1, 0)]))
        #expect(Linkage(records).links.isEmpty)
        records.append([])
        records.append(["more", "values", "than", "fields"])
        #expect(Linkage(records).links.isEmpty)
        var empty = LinkageRecords(Self.plan)
        for _ in 0..<50 { empty.append(["", " - ", "", "", "", "", "", "", ""]) }
        #expect(Linkage(empty).links.allSatisfy { $0.probability < 0.5 })
        #expect(Linkage(empty).explanation(0, 0).lines.isEmpty)
        #expect(Linkage(empty).explanation(0, 77).lines.isEmpty)
    }

    @Test("Hundreds of equal records neither trap nor grow into one person")
    func equalRecords() {
        var records = LinkageRecords(Self.plan)
        for _ in 0..<300 {
            records.append(["Näidis", "Isik", "1", "Tee", "", "Linn", "10000", "x", "20100101"])
        }
        let groups = Linkage(records).groups(atLeast: -20)
        #expect(groups.allSatisfy { $0.count <= Linkage.groupSizeMax })
    }
}
