import ArgumentParser
import RPC
import SwiftProtobuf

/// Every bound that the gateway and this program keep on a connection.
struct LimitsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "Every limit that the gateway keeps and tells, beside this program's own.")
    @OptionGroup var connection: ConnectionOptions

    struct Row: Encodable {
        var limit: String
        /// The gateway's.
        var gateway: UInt64?
        /// This program's.
        var own: UInt64?
        var unit: String
        /// In how many milliseconds, for limits of frames.
        var perMilliseconds: UInt64?
        /// Told to the other side when a connection begins.
        var announced: Bool
    }

    func run(_ session: Session) async throws {
        let theirs = try await session.call(BuiltInMethods.versionLimits, RPCLimitsRequest()).limits
        try session.output.rows(
            Self.rows(gateway: theirs, own: RPCLimits().report.limits),
            [
                ("limit", \.limit), ("gateway", { $0.gateway.map(String.init) ?? "-" }),
                ("this program", { $0.own.map(String.init) ?? "-" }), ("unit", Self.unit),
                ("announced", { $0.announced ? "yes" : "" }),
            ], empty: "")
    }

    /// The gateway's limits in their order, with ours beside them; then those that it does not know.
    static func rows(gateway: [RPCLimit], own: [RPCLimit]) -> [Row] {
        let mine = Dictionary(own.map { ($0.name, $0) }) { first, _ in first }
        let known = Set(gateway.map(\.name))
        let both = gateway.map { row($0, gateway: $0.value, own: mine[$0.name]?.value) }
        return both + own.filter { !known.contains($0.name) }.map { row($0, gateway: nil, own: $0.value) }
    }

    private static func row(_ limit: RPCLimit, gateway: UInt64?, own: UInt64?) -> Row {
        Row(
            limit: limit.name, gateway: gateway, own: own, unit: limit.unit,
            perMilliseconds: limit.perMilliseconds == 0 ? nil : limit.perMilliseconds,
            announced: limit.announced)
    }

    private static func unit(_ row: Row) -> String {
        row.perMilliseconds.map { "\(row.unit) in \($0 / 1_000) s" } ?? row.unit
    }
}
