import RPC
import SwiftProtobuf
import Testing

@testable import Operator

@Suite("Limits side by side")
struct LimitsTests {
    @Test("The gateway's limits come in their order with ours beside them, unknown ones of either included")
    func rows() {
        let theirs = [
            RPCLimit.with {
                $0.name = "message"
                $0.value = 5
                $0.announced = true
            }, .with { $0.name = "newer" },
        ]
        let own = [
            RPCLimit.with {
                $0.name = "message"
                $0.value = 7
            },
            .with {
                $0.name = "older"
                $0.perMilliseconds = 10_000
            },
        ]
        let rows = LimitsCommand.rows(gateway: theirs, own: own)
        #expect(rows.map(\.limit) == ["message", "newer", "older"])
        #expect(rows.map(\.gateway) == [5, 0, nil])
        #expect(rows.map(\.own) == [7, nil, 0])
        #expect(rows.map(\.announced) == [true, false, false])
        #expect(rows.last?.perMilliseconds == 10_000)
    }
}
