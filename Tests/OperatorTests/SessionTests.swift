import Contracts
import Foundation
import RPC
import SwiftProtobuf
import Testing

@testable import Operator

@Suite("Who acts, and on what")
struct SessionTests {
    @Test("Ids are read as people write them and written the same way")
    func ids() throws {
        let text = "0198c0de-0000-7000-8000-00000000abcd"
        let id = try UUIDText(text.uppercased(), what: "CHILD")
        #expect(id.description == text)
        #expect(id.bytes.count == 16)
        #expect(UUIDText(bytes: [UInt8]()).description == "")
        for wrong in ["", "17", text + "0", "näidis"] {
            let error = #expect(throws: UsageError.self) { _ = try UUIDText(wrong, what: "CHILD") }
            #expect(error?.code == "id-malformed")
            #expect(error?.message.hasPrefix("CHILD") == true)
        }
    }

    @Test("Operation ids are new each time, or derived from a name; both are well-formed UUIDs")
    func operations() {
        let (first, second) = (UUIDText.newOperation(), UUIDText.newOperation())
        #expect(first != second)
        #expect(first.bytes[6] >> 4 == 7 && first.bytes[8] >> 6 == 2)
        #expect(UUIDText.derived("a") == UUIDText.derived("a"))
        #expect(UUIDText.derived("a") != UUIDText.derived("b"))
        #expect(UUIDText.derived("a").bytes[6] >> 4 == 8)
    }

    /// A folder with profiles, for the length of `body`.
    private func home(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let home = FileManager.default.temporaryDirectory.appending(path: "tugi-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(
            atPath: home + "/profiles", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: home) }
        for (name, text) in files {
            try Data(text.utf8).write(to: URL(filePath: "\(home)/profiles/\(name).json"))
        }
        try body(home)
    }

    @Test("A profile says who somebody is")
    func profile() throws {
        try home(["teacher": #"{"municipality": "0901", "role": "class-teacher", "purpose": "support"}"#]) {
            let profile = try Profile.read("teacher", home: $0)
            #expect(
                profile
                    == Profile(municipality: "0901", role: "class-teacher", purpose: "support"))
        }
    }

    @Test(
        "A profile that cannot be used is told with what to do",
        arguments: [
            ("missing", "profile-missing"), ("broken", "profile-unreadable"), ("", "profile-name"),
            ("../teacher", "profile-name"), (".hidden", "profile-name"),
        ])
    func profileFaults(_ name: String, _ code: String) throws {
        try home(["broken": "{"]) { home in
            let error = #expect(throws: UsageError.self) { _ = try Profile.read(name, home: home) }
            #expect(error?.code == code)
            #expect(error?.next.isEmpty == false)
        }
    }

    /// A gateway that does not accept our certificate.
    private final class Nobody: CallChannel {
        func open(
            _ method: MethodDescriptor, _ options: CallOptions
        ) async throws(RPCError) -> any ClientCall {
            throw RPCError(
                .unavailable, reason: "authority-unknown", message: "No authority.", retry: .neverSeen)
        }
    }

    @Test("A call carries person, role and purpose; only a change carries an operation id")
    func metadata() throws {
        let person = UUIDText.derived("person")
        let session = Session(
            channel: Nobody(), municipality: "0901", output: Output(json: true), person: person, role: "head",
            purpose: "support", timeout: .seconds(3))
        let read = session.options(RiskMethods.listSignals.descriptor)
        #expect(read.metadata["tugi-person"] == person.bytes)
        #expect(read.metadata["tugi-role"] == Array("head".utf8))
        #expect(read.metadata["tugi-purpose"] == Array("support".utf8))
        #expect(read.operationID == nil)
        #expect(read.timeout == .seconds(3))
        #expect(session.options(RiskMethods.decideSignal.descriptor).operationID?.count == 16)
        let fixed = UUIDText.derived("operation").bytes
        #expect(session.options(RiskMethods.decideSignal.descriptor, operation: fixed).operationID == fixed)
    }

    @Test("Patience does not wait for a certificate to become another one")
    func patience() async {
        let session = Session(
            channel: Nobody(), municipality: "0901", output: Output(json: true), patience: .seconds(600))
        let error = await #expect(throws: RPCError.self) {
            _ = try await session.call(RiskMethods.listSignals, RiskListSignalsRequest())
        }
        #expect(error?.reason == "authority-unknown")
    }
}
