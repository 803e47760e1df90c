import RPC
import Security

extension BenchArguments {
    /// Room for the largest cases; what a connection costs does not depend on it.
    var limits: RPCLimits {
        var limits = RPCLimits()
        limits.callsMax = 16_384
        limits.receiveBudgetBytes = 1 << 30
        limits.connectionsMax = 16_384
        limits.connectionsPerPeerMax = 16_384
        limits.handshakesPerAddressMax = 16_384
        limits.handshakesPerSpanMax = 1_000_000
        limits.handshakeTimeout = .seconds(120)
        // Thousands of open streams fit into the budget.
        if what == "open" { limits.streamWindowBytes = 1024 }
        return limits
    }

    func tls(_ name: String) -> TLSConfiguration { TLSConfiguration(directory: certificates, name: name) }
}
