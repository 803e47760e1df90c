import Codec
import NIOCore
@testable import RPC
import Testing

@Suite("Things without meaning that our own client sends")
struct GreaseTests {
    @Test("Each HELLO of a client carries others, and says the same to who skips them")
    func hello() throws {
        let plain = Hello(environment: Rig.environment, software: "rpc-tests/1")
        var sent: Set<ByteBuffer> = []
        for _ in 0..<100 {
            var bytes = ByteBuffer()
            FrameEncoder.write(Hello.greased(plain), into: &bytes)
            sent.insert(bytes)
            var decoder = FrameDecoder()
            decoder.append(bytes)
            guard case .frame(.hello(var read)) = decoder.next() else {
                Issue.record("the HELLO is not read")
                continue
            }
            #expect(read.features.isSuperset(of: plain.features))
            #expect(read.features.subtracting(plain.features).rawValue & 0xffff_ffff_ffff == 0)
            read.features = plain.features
            #expect(read == plain)
        }
        #expect(sent.count > 50)
    }
}
