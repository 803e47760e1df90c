import Foundation
import Testing

@Suite("A case led from the municipality, with the five real programs", .serialized)
struct CaseLeadTests {
    private struct Case: Decodable {
        var caseID: String
        var level: Int
    }

    @Test("The municipality's coordinator knows the child by name from the case's coming to its going")
    func lead() async throws {
        try await County.with { county in
            let school = try await School.open(in: county)
            #expect(try await school.importPupils([School.pupil(101)]).status == 0)
            // The pass and the teacher's list stand on what the register tells by event.
            #expect(try await school.settle().status == 0)
            let journal = School.lessons("3a", member: 101) + School.absences(of: 101, "unexcused")
            #expect(try await school.importJournal(journal).status == 0)
            #expect(try await school.weeklyPass().status == 0)
            let alarm = try #require(try await school.alarms(school.teacher).first)
            #expect(try await county.tugi(["confirm", alarm.signal] + school.teacher).status == 0)
            #expect(try await school.settle().status == 0)
            let opened = try #require(
                try await county.tugi(["referrals", "--json"] + school.teacher).decoded([Case].self).first)

            try await expectNoChild(school)
            try await move(opened, to: 3, school, as: school.teacher)
            #expect(try await school.children(school.protection).map(\.name) == ["Näidis Õpilane 101"])
            #expect(try await county.tugi(["journey", alarm.child] + school.protection).status == 0)
            try await move(opened, to: 2, school, as: school.protection)
            try await expectNoChild(school)
        }
    }

    private func move(_ one: Case, to level: Int, _ school: School, as person: [String]) async throws {
        let reason = school.county.folder + "/reason.txt"
        try Data("Näidis".utf8).write(to: URL(filePath: reason))
        let answer = try await school.county.tugi(
            ["case", "move", one.caseID, "--level", "\(level)", "--reason-from", reason, "--json"] + person)
        #expect(answer.status == 0)
        #expect(try await school.settle().status == 0)
    }

    private func expectNoChild(_ school: School) async throws {
        let answer = try await school.county.tugi(["children", "--json"] + school.protection)
        #expect(answer.status != 0)
        #expect(try answer.told().code == "not-open-to-you")
    }
}
