import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import ServiceKit
import Store
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Finding a child")
struct FindChildTests {
    private static let code = ChildRecordTests.code
    private static let ehis = RegistryOtherSystemID.with {
        $0.system = "ehis"
        $0.id = "naidis-77"
    }

    @Test("By isikukood and by another system's id; nothing of either is stored in clear")
    func byCode() async throws {
        let bench = try await SampleCounty.bench()
        var content = ChildRecordTests.pupil(code: Self.code)
        content.otherIds = [Self.ehis]
        let id = try await bench.register(content, as: SampleCounty.head)
        #expect(try await bench.find(isikukood: Self.code, as: SampleCounty.head).map(\.childID) == [id.data])
        #expect(try await bench.find(otherID: Self.ehis, as: SampleCounty.head).map(\.childID) == [id.data])
        let keeps = try await bench.record(id, as: SampleCounty.head).content
        #expect(keeps.otherIds == [Self.ehis])
        #expect(try await bench.record(id, as: SampleCounty.classTeacher).content.otherIds.isEmpty)
        // The same id of the other system is no second child's.
        var second = ChildRecordTests.pupil(2)
        second.otherIds = [Self.ehis]
        let refused = second
        await #expect(throws: RPCError.self) { try await bench.register(refused, as: SampleCounty.head) }
        _ = try await bench.change(
            id, RegistryChildContent(), fields: ["other_ids"], version: 1, as: SampleCounty.head)
        #expect(try await bench.find(otherID: Self.ehis, as: SampleCounty.head).isEmpty)
        let folder = bench.folder.path + "/data/registry"
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(file)"))
            for secret in [Self.code, "naidis-77", "Väljas-Õun", "Näidis Ema"] {
                #expect(bytes.firstRange(of: Data(secret.utf8)) == nil, "\(file)")
            }
        }
    }

    @Test("A child who is not open looks like none; both looks are kept, the refused one with the child")
    func closed() async throws {
        let bench = try await SampleCounty.bench()
        let id = try await bench.register(ChildRecordTests.pupil(code: Self.code), as: SampleCounty.head)
        #expect(try await bench.find(isikukood: Self.code, as: SampleCounty.otherClassTeacher).isEmpty)
        #expect(try await bench.find(isikukood: "61303150029", as: SampleCounty.otherClassTeacher).isEmpty)
        let entries = try await bench.audited(id, in: "0901", as: SampleCounty.head)
        let looks = entries.filter { $0.action.hasSuffix("FindChild") }
        #expect(looks.map(\.granted) == [false])
        #expect(looks.first?.personID == SampleCounty.otherClassTeacher.person?.data)
        let all = try await bench.kit.store.partition("0901").read { transaction in
            try transaction.first("SELECT COUNT(*) FROM kit_audit WHERE action LIKE '%FindChild'") {
                try $0.integer(0)
            }
        }
        #expect(all == 2)
    }

    @Test("Who works with no child, a forged role, another municipality and a mistyped code find nothing")
    func hostile() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.register(ChildRecordTests.pupil(code: Self.code), as: SampleCounty.head)
        for caller in [
            SampleCounty.holder("vinni-vald.youth-worker"),
            Caller.synthetic(role: "head", person: .synthetic(99)),
            SampleCounty.holder("viru-nigula-vald.registrar", municipality: "0903"), .operatorOfCounty(),
        ] {
            for name in ["valjas", "zzz"] {
                await #expect(throws: RPCError.self) { try await bench.find(name: name, as: caller) }
            }
            await #expect(throws: RPCError.self) { try await bench.find(isikukood: Self.code, as: caller) }
        }
        for wrong in ["51201010015", "5120101001", "51213010010"] {
            do {
                _ = try await bench.find(isikukood: wrong, as: SampleCounty.head)
                Issue.record("looked for")
            } catch let error as RPCError {
                #expect(error.reason.hasPrefix("isikukood-"))
                #expect(!error.message.contains(wrong))
            }
        }
        await #expect(throws: RPCError.self) { try await bench.find(name: "v", as: SampleCounty.head) }
        await #expect(throws: RPCError.self) {
            try await bench.find(name: "va", isikukood: Self.code, as: SampleCounty.head)
        }
    }

    @Test(
        "By the beginning of any word of the name, with Estonian letters or without",
        arguments: ["Näidis Väl", "naidis val", "VÄLJAS", "oun", "õun naid", "valjas-õ", "Väljas Oun 1"])
    func byName(text: String) async throws {
        let bench = try await SampleCounty.bench()
        let id = try await bench.register(ChildRecordTests.pupil(), as: SampleCounty.head)
        #expect(try await bench.find(name: text, as: SampleCounty.head).map(\.childID) == [id.data])
        #expect(try await bench.find(name: text, as: SampleCounty.classTeacher).count == 1)
        #expect(try await bench.find(name: text, as: SampleCounty.otherClassTeacher).isEmpty)
        #expect(try await bench.find(name: "xyz", as: SampleCounty.head).isEmpty)
    }

    @Test("A new name is found at once and the old one no more, also after a restart")
    func renamed() async throws {
        var bench = try await SampleCounty.bench()
        let id = try await bench.register(ChildRecordTests.pupil(), as: SampleCounty.head)
        #expect(try await bench.find(name: "valjas", as: SampleCounty.head).count == 1)
        _ = try await bench.change(
            id, .with { $0.familyName = "Sarapuu" }, fields: ["family_name"], version: 1,
            as: SampleCounty.head)
        for _ in 1...2 {
            #expect(try await bench.find(name: "valjas", as: SampleCounty.head).isEmpty)
            #expect(try await bench.find(name: "sara", as: SampleCounty.head).count == 1)
            bench = try await bench.restarted()
        }
    }
}
