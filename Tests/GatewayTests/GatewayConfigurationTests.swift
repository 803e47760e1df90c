import RPC
import ServiceKit
import Testing

@testable import Gateway

@Suite("What the gateway is told")
struct GatewayConfigurationTests {
    private func read(_ values: [(key: String, value: String)]) throws -> GatewayConfiguration {
        var reading = SettingsReader(SettingsLayers(flags: values))
        let configuration = GatewayConfiguration(&reading)
        try reading.finish()
        return configuration
    }

    @Test("With nothing said, the defaults hold")
    func defaults() throws {
        let settings = try read([])
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 7400)
        #expect(settings.environmentID == "laane-viru.example/development")
        #expect(
            Peer.allCases.map { settings.peers[$0.rawValue]?.map(\.description) ?? [] }
                == [["127.0.0.1:7401"], ["127.0.0.1:7402"], ["127.0.0.1:7403"], ["127.0.0.1:7404"]])
    }

    @Test("Several addresses of a service are taken")
    func addresses() throws {
        let settings = try read([("peers.risk.addresses", "10.0.0.1:7402, 10.0.0.2:7402")])
        #expect(settings.peers["risk"]?.map(\.description) == ["10.0.0.1:7402", "10.0.0.2:7402"])
    }

    @Test("All that is wrong is told at once, also files that are not named")
    func faults() {
        var reading = SettingsReader(
            SettingsLayers(flags: [
                ("county.name", "Lääne Viru"), ("county.environment", "holiday"), ("log.level", "loud"),
                ("service.listen.port", "70000"), ("relay.pause-milliseconds", "0"),
                ("peers.referral.addresses", "nowhere"), ("service.data", "data"),
            ]))
        let deployment = GatewayConfiguration(&reading).deployment
        let faults = reading.faults + deployment.identityFaults()
        #expect(
            Set(faults.map(\.key)) == [
                "county.name", "county.environment", "log.level", "service.listen.port",
                "relay.pause-milliseconds", "peers.referral.addresses", "service.data", "tls.certificate",
                "tls.key", "tls.authority", "assertion.signing-key",
            ])
        #expect(faults.allSatisfy { !$0.message.isEmpty })
    }
}
