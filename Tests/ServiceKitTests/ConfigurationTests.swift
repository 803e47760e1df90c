import ArgumentParser
import Configuration
import Foundation
import Logging
import ServiceKit
import TestSupport
import Testing

@Suite("Settings come in layers, and all faults are told at once")
struct ConfigurationTests {
    func reader(_ values: [String: ConfigValue]) -> ConfigReader {
        var absolute: [AbsoluteConfigKey: ConfigValue] = [:]
        for (key, value) in values {
            absolute[AbsoluteConfigKey(key.split(separator: ".").map(String.init))] = value
        }
        return ConfigReader(provider: InMemoryProvider(values: absolute))
    }

    @Test("Without any setting the defaults hold")
    func defaults() throws {
        let settings = try ServiceConfiguration(reader([:]), service: "registry", defaultPort: 7401)
        #expect(settings.port == 7401)
        #expect(settings.host == "127.0.0.1")
        #expect(settings.partitions.count == 9)
        #expect(settings.createsKeys)
        #expect(settings.environmentID == "laane-viru.example/development")
    }

    @Test("In production keys are not made unless that is said")
    func production() throws {
        let settings = try ServiceConfiguration(
            reader(["county.environment": "production"]), service: "registry", defaultPort: 7401)
        #expect(!settings.createsKeys)
    }

    @Test("Flags go before the file, the file before the defaults")
    func layers() async throws {
        let folder = try TemporaryFolder("configuration")
        let file = folder.path + "/settings.json"
        let json = """
            {"service": {"data": "from-file", "keys": "keys-from-file", "listen": {"port": 7501}},
             "county": {"partitions": ["0060", "0901"]}, "assertion": {"public-key": "a.pem"}}
            """
        try Data(json.utf8).write(to: URL(fileURLWithPath: file))
        let options = try ProgramOptions.parse([
            "--config", file, "--data", "from-flag", "--set", "log.level=debug", "--set", "risk.days=14",
        ])
        let reader = try await options.reader()
        let settings = try ServiceConfiguration(reader, service: "risk", defaultPort: 7402)
        #expect(settings.dataFolder == "from-flag")
        #expect(settings.keysFolder == "keys-from-file")
        #expect(settings.port == 7501)
        #expect(settings.partitions == ["0060", "0901"])
        #expect(settings.assertionKeyFile == "a.pem")
        #expect(settings.logLevel == .debug)
        #expect(reader.int(forKey: "risk.days") == 14)
    }

    @Test("All faults are told together, each with its key")
    func faults() throws {
        let bad = reader([
            "service.listen.port": "seven", "county.environment": "live", "log.level": "loud",
            "county.partitions": ConfigValue(.stringArray(["0901", "Vinni"]), isSecret: false),
            "county.name": "Lääne-Viru",
        ])
        let faults = try #require(throws: ConfigurationFaults.self) {
            try ServiceConfiguration(bad, service: "registry", defaultPort: 7401)
        }
        let keys = faults.faults.map(\.key)
        for key in [
            "service.listen.port", "county.environment", "log.level", "county.partitions", "county.name",
        ] {
            #expect(keys.contains(key))
        }
        #expect(faults.description.split(separator: "\n").count == faults.faults.count)
    }

    @Test("A port out of range and a bad --listen are refused")
    func badListen() async throws {
        let options = try ProgramOptions.parse(["--listen", "127.0.0.1:70000"])
        let reader = try await options.reader()
        #expect(throws: ConfigurationFaults.self) {
            try ServiceConfiguration(reader, service: "registry", defaultPort: 7401)
        }
        let none = try ProgramOptions.parse(["--listen", "somewhere"])
        await #expect(throws: ConfigurationFaults.self) { try await none.reader() }
    }

    @Test("A file that is not there is a fault with its name")
    func missingFile() async throws {
        let options = try ProgramOptions.parse(["--config", "/nowhere/settings.json"])
        let faults = try await #require(throws: ConfigurationFaults.self) { try await options.reader() }
        #expect(faults.description.contains("/nowhere/settings.json"))
    }

    @Test("Serving without certificates names every file that is missing")
    func identity() throws {
        let settings = try ServiceConfiguration(reader([:]), service: "registry", defaultPort: 7401)
        let faults = try #require(throws: ConfigurationFaults.self) { try settings.requireIdentity() }
        #expect(
            faults.faults.map(\.key) == [
                "tls.certificate", "tls.key", "tls.authority", "assertion.public-key",
            ])
    }
}
