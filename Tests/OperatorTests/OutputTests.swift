import ArgumentParser
import Contracts
import RPC
import SwiftProtobuf
import Testing

@testable import Operator

@Suite("What is shown")
struct OutputTests {
    @Test("A table's columns are as wide as their widest cell")
    func table() {
        let text = Table.render(
            headings: ["who", "state"], rows: [["Õpilane 17", "open"], ["x", ""], ["", "closed"]])
        #expect(text == "WHO         STATE\nÕpilane 17  open\nx           \n            closed")
        #expect(Table.render(headings: ["a", "b"], rows: []) == "A  B")
    }

    @Test("An error in JSON has code, message and what to do next; for people it is two lines")
    func failure() {
        #expect(
            Output(json: true).failureText(code: "a-b", message: "It \"broke\".", next: "mend it")
                == #"{"error":{"code":"a-b","message":"It \"broke\".","next":"mend it"}}"# + "\n")
        #expect(
            Output(json: false).failureText(code: "a-b", message: "It broke.", next: "mend it")
                == "error: It broke. [a-b]\n  next: mend it\n")
        #expect(
            Output(json: false).failureText(code: "a-b", message: "It broke.", next: "")
                == "error: It broke. [a-b]\n")
    }

    @Test(
        "Every way in which a call ends has its exit status",
        arguments: [
            (.ok, 0), (.invalidArgument, 2), (.outOfRange, 2), (.unavailable, 3), (.resourceExhausted, 3),
            (.cancelled, 3), (.permissionDenied, 4), (.unauthenticated, 4), (.notFound, 5),
            (.failedPrecondition, 6), (.aborted, 6), (.alreadyExists, 6), (.deadlineExceeded, 7),
            (.dataLoss, 9), (.internal, 70), (.unknown, 70), (.unimplemented, 70),
        ] as [(StatusCode, Int32)])
    func exitCodes(_ code: StatusCode, _ exit: Int32) {
        #expect(Exit.code(for: RPCError(code, reason: "reason", message: "")).rawValue == exit)
    }

    @Test(
        "Trouble with certificates is told apart from an absent gateway",
        arguments: [
            ("not-reachable", 3, "--gateway"), ("service-unreachable", 3, "tugi-gateway status"),
            ("authority-unknown", 4, "--authority"), ("county-differs", 4, "--certificate"),
            ("no-certificate", 4, "--certificate"), ("file-missing", 2, "--key"),
            ("key-not-of-certificate", 2, "--key"), ("environment-mismatch", 2, "--environment"),
        ])
    func certificateTrouble(_ reason: String, _ exit: Int32, _ hint: String) {
        let error = RPCError(.unavailable, reason: reason, message: "")
        #expect(Exit.code(for: error).rawValue == exit)
        #expect(Failures.next(for: error).contains(hint))
    }

    private func view(stored: Bool, faults: [(String, UInt64)]) -> ImportView {
        ImportView(
            file: "journal.csv", rows: 5, good: 5 - UInt64(faults.count), stored: stored,
            counts: ["absences": 3, "lessons": 2, "grades": 0], faultCount: UInt64(faults.count),
            faults: faults.map { column, row in
                FaultRow(
                    .with {
                        $0.row = row
                        $0.column = column
                        $0.code = "value-unknown"
                        $0.message = "Wrong."
                        $0.remedy = "Mend it."
                    }, file: "journal.csv", .en)
            })
    }

    @Test("An import says what is good and what became of it; a fault ends with 1")
    func importView() throws {
        #expect(
            view(stored: true, faults: []).summary
                == "journal.csv: 5 of 5 rows are good (3 absences, 2 lessons); stored")
        #expect(view(stored: false, faults: []).summary.hasSuffix("; dry run, nothing stored"))
        let faulty = view(stored: false, faults: [("value", 4)])
        #expect(
            faulty.summary == "journal.csv: 4 of 5 rows are good (3 absences, 2 lessons); nothing stored")
        let exit = #expect(throws: ExitCode.self) { try faulty.say(Output(json: true)) }
        #expect(exit == Exit.problemsFound)
    }

    @Test("Faults are told in the order of the file, with its name where the service says none")
    func faultOrder() {
        let sorted = view(stored: false, faults: [("value", 4), ("pupil", 2), ("date", 4)]).inFileOrder
        #expect(sorted.faults.map { "\($0.row) \($0.column)" } == ["2 pupil", "4 value", "4 date"])
        #expect(sorted.faults.allSatisfy { $0.file == "journal.csv" })
    }

    @Test("A journey's page numbers the steps, says who decided, and ends with the next command")
    func journeyPage() {
        let response = GatewayJourneyResponse.with {
            $0.child.givenName = "Näidis"
            $0.child.familyName = "Õpilane 17"
            $0.child.institutionName = "Näidis Kool 3"
            $0.child.className = "3a"
            $0.steps = [
                .with {
                    $0.textEn = "Alarm"
                    $0.textEt = "Häire"
                    $0.decidedBy = "computed"
                }
            ]
            $0.nextCommand = "tugi-gateway confirm X"
        }
        let page = JourneyCommand.page(JourneyCommand.view(response, language: "en"))
        #expect(page.hasPrefix("Näidis Õpilane 17, Näidis Kool 3, 3a\n"))
        #expect(page.contains("1. ") && page.contains("Alarm") && page.contains("decided by: computed"))
        #expect(page.hasSuffix("next: tugi-gateway confirm X"))
        #expect(JourneyCommand.page(JourneyCommand.view(response, language: "et")).contains("Häire"))
    }
}
