import Configuration
import RPC
import ServiceKit
import Testing

@testable import Gateway

@Suite("What the gateway is told")
struct GatewayConfigurationTests {
    private func reader(_ values: [String: ConfigValue]) -> ConfigReader {
        var absolute: [AbsoluteConfigKey: ConfigValue] = [:]
        for (key, value) in values {
            absolute[AbsoluteConfigKey(key.split(separator: ".").map(String.init))] = value
        }
        return ConfigReader(provider: InMemoryProvider(values: absolute))
    }
    private let files: [String: ConfigValue] = [
        "tls.certificate": "gateway.pem", "tls.key": "gateway.key", "tls.authority": "ca.pem",
        "assertion.signing-key": "assertion.key",
    ]

    @Test("With its files named, the defaults hold")
    func defaults() throws {
        let settings = try GatewayConfiguration(reader(files))
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 7400)
        #expect(settings.environmentID == "laane-viru.example/development")
        #expect(
            Peer.allCases.map { settings.peers[$0.rawValue]?.map(\.description) ?? [] }
                == [["127.0.0.1:7401"], ["127.0.0.1:7402"], ["127.0.0.1:7403"], ["127.0.0.1:7404"]])
    }

    @Test("Several addresses of a service are taken")
    func addresses() throws {
        let values = files.merging([
            "peers.risk.addresses": .init(.stringArray(["10.0.0.1:7402", "10.0.0.2:7402"]), isSecret: false)
        ]) { $1 }
        let settings = try GatewayConfiguration(reader(values))
        #expect(settings.peers["risk"]?.map(\.description) == ["10.0.0.1:7402", "10.0.0.2:7402"])
    }

    @Test("All that is wrong is told at once")
    func faults() {
        let error = #expect(throws: ConfigurationFaults.self) {
            _ = try GatewayConfiguration(
                reader([
                    "county.name": "Lääne Viru", "county.environment": "holiday", "log.level": "loud",
                    "service.listen.port": 70_000, "relay.pause-milliseconds": 0,
                    "peers.referral.addresses": .init(.stringArray(["nowhere"]), isSecret: false),
                ]))
        }
        #expect(
            Set(error?.faults.map(\.key) ?? []) == [
                "county.name", "county.environment", "log.level", "service.listen.port",
                "relay.pause-milliseconds", "peers.referral.addresses", "tls.certificate", "tls.key",
                "tls.authority", "assertion.signing-key",
            ])
        #expect(error?.faults.allSatisfy { !$0.message.isEmpty } == true)
    }
}
