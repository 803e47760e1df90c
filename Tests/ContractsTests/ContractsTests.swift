import Contracts
import FoundationEssentials
import RPC
import SwiftProtobuf
import Testing

@Suite("The table of methods")
struct MethodTableTests {
    private static let all: [MethodDescriptor] =
        CommonMethod.allCases.map(\.descriptor) + RegistryMethod.allCases.map(\.descriptor)
        + RiskMethod.allCases.map(\.descriptor) + ReferralMethod.allCases.map(\.descriptor)
        + TrainingMethod.allCases.map(\.descriptor) + GatewayMethod.allCases.map(\.descriptor)

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The lines of Protocols/method-ids.txt as words, without RPC's own block.
    private static func listed() throws -> [[String]] {
        let data = try Data(contentsOf: root.appending(path: "Protocols/method-ids.txt"))
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
            .filter { !$0.hasPrefix("#") && !$0.contains("tugi.rpc.") }
            .map { $0.split(separator: " ").map(String.init) }
            .filter { !$0.isEmpty }
    }

    @Test(
        "Every line of the id list is a method of the table, with its effect, audience, limits and deadline")
    func idList() throws {
        let lines = try Self.listed()
        #expect(lines.count == Self.all.count)
        for line in lines {
            try #require(line.count == 7)
            let id = try #require(UInt32(line[0].dropFirst(2), radix: 16))
            let method = try #require(Self.all.first { $0.id == id }, "no method for \(line[0])")
            #expect(method.name == line[1])
            #expect(method.mutating == (line[2] == "write"))
            #expect("\(method.audience)" == line[3])
            #expect(method.requestBytesMax == Int(line[4]).map { $0 * 1024 })
            #expect(method.responseBytesMax == Int(line[5]).map { $0 * 1024 })
            #expect(method.deadline == Int(line[6]).map { .seconds($0) })
        }
    }

    @Test("No id and no name stands twice")
    func unique() {
        #expect(Set(Self.all.map(\.id)).count == Self.all.count)
        #expect(Set(Self.all.map(\.name)).count == Self.all.count)
    }

    @Test("A method's messages fit into what the protocol carries, and deadlines are bounded")
    func limits() {
        for method in Self.all {
            #expect((1...1_048_576).contains(method.requestBytesMax), "\(method.name)")
            #expect((1...1_048_576).contains(method.responseBytesMax), "\(method.name)")
            #expect(method.deadline > .zero && method.deadline <= .seconds(600), "\(method.name)")
        }
    }

    @Test("What is for operators changes nothing")
    func operators() {
        #expect(Self.all.filter { $0.audience == .operator }.allSatisfy { !$0.mutating })
    }
}

@Suite("Messages on the wire")
struct MessageTests {
    @Test("An event keeps its body, and a body of a later version is kept aside, not misread")
    func unknownBody() throws {
        let event = EventEnvelope.with {
            $0.source = "risk"
            $0.sequence = 7
            $0.signalWithdrawn = .with { $0.code = "lateDays" }
        }
        let bytes: [UInt8] = try event.serializedBytes()
        #expect(try EventEnvelope(serializedBytes: bytes) == event)
        // Field 999, length-delimited, two bytes: what a newer program may send.
        let later = try EventEnvelope(serializedBytes: bytes + [0xba, 0x3e, 0x02, 0x08, 0x01])
        #expect(later.signalWithdrawn == event.signalWithdrawn)
        let again: [UInt8] = try later.serializedBytes()
        #expect(again.count == bytes.count + 5)
    }

    @Test("The sample county reads as a CountyDocument in JSON form")
    func sampleCounty() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "scripts/samples/county.json"))
        let county = try RegistryCountyDocument(jsonUTF8Data: data)
        #expect(county.municipalities.map(\.code).contains("0928"))
        #expect(county.posts.contains { $0.person.isEmpty })
        #expect(county.templates.contains { $0.draft } && county.templates.contains { $0.fallback })
    }
}

@Suite("The schema that servers tell")
struct SchemaTests {
    @Test("It names every method of the table with its messages")
    func complete() throws {
        let schema = try Google_Protobuf_FileDescriptorSet(serializedBytes: ContractsSchema.descriptorSet)
        let names = schema.file.flatMap { file in
            file.service.flatMap { service in
                service.method.map { "\(file.package).\(service.name)/\($0.name)" }
            }
        }
        let methods =
            BuiltInMethod.allCases.map(\.descriptor.name) + RegistryMethod.allCases.map(\.descriptor.name)
            + GatewayMethod.allCases.map(\.descriptor.name)
        #expect(Set(names).isSuperset(of: methods))
    }
}
