import CodecFuzzing
import Foundation
import NIOCore
import Testing

/// What `scripts/fuzz` throws at decoder, machines and inflater, without chance: what once failed, the
/// vectors, and inputs drawn from fixed seeds.
@Suite struct FuzzingTests {
    @Test("Every input that failed once is well now", arguments: FuzzTarget.allCases)
    func kept(_ target: FuzzTarget) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Failures/\(target.rawValue)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        for name in names.sorted() {
            let data = try Data(contentsOf: folder.appending(path: name))
            #expect(target.run(ByteBuffer(bytes: data)) == nil, "\(name)")
        }
    }

    @Test("No vector makes decoder, machine or inflater break a rule", arguments: FuzzTarget.allCases)
    func vectors(_ target: FuzzTarget) {
        for vector in Vector.all {
            #expect(target.run(target.input(sending: vector.bytes)) == nil, "\(vector.name)")
        }
    }

    @Test("Nor does what chance makes up", arguments: FuzzTarget.allCases)
    func random(_ target: FuzzTarget) {
        var random = Seeded(state: 4)
        for round in 0..<500 {
            let count = Int.random(in: 1...400, using: &random)
            // A few values more often than others: moves, small call ids, bounds.
            let bytes = (0..<count).map { _ -> UInt8 in
                let byte = UInt8.random(in: 0...255, using: &random)
                return byte < 128 ? byte & 0x0F : byte
            }
            #expect(target.run(ByteBuffer(bytes: bytes)) == nil, "round \(round)")
        }
    }
}
