import ArgumentParser
import Foundation
import ServiceKit
import TestSupport
import Testing

@Suite("Settings come in layers, and all faults are told at once")
struct ConfigurationTests {
    /// The common settings of a service and the reader that read them.
    func read(
        _ flags: [(key: String, value: String)] = [], environment: [String: String] = [:],
        file: String? = nil
    ) -> (ServiceConfiguration, SettingsReader) {
        var reading = SettingsReader(SettingsLayers(flags: flags, environment: environment, file: file))
        let settings = ServiceConfiguration(&reading, service: "registry", defaultPort: 7401)
        return (settings, reading)
    }

    func file(_ text: String, in folder: TemporaryFolder) throws -> String {
        let path = folder.path + "/settings.json"
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test("Without any setting the defaults hold")
    func defaults() {
        let (settings, reading) = read()
        #expect(settings.port == 7401)
        #expect(settings.host == "127.0.0.1")
        #expect(settings.partitions.count == 9)
        #expect(settings.createsKeys)
        #expect(settings.environmentID == "laane-viru.example/development")
        #expect(reading.faults.isEmpty)
        #expect(
            reading.settings.allSatisfy {
                $0.source == .preset && $0.value == $0.preset || $0.key == "keys.create"
            })
    }

    @Test("In production keys are not made unless that is said")
    func production() {
        let (settings, reading) = read([("county.environment", "production")])
        #expect(!settings.createsKeys)
        #expect(reading.settings.first { $0.key == "keys.create" }?.value == "false")
        #expect(read([("county.environment", "production"), ("keys.create", "true")]).0.createsKeys)
    }

    @Test("Flags go before the environment, this before the file, this before the defaults")
    func layers() throws {
        let folder = try TemporaryFolder("configuration")
        let path = try file(
            """
            {"service": {"data": "from-file", "keys": "from-file", "listen": {"port": 7501, "host": "::1"}},
             "county": {"partitions": ["0060", "0901"]}, "assertion": {"public-key": "a.pem"}}
            """, in: folder)
        let (settings, reading) = read(
            [("service.data", "from-flag")],
            environment: [
                "TUGI_SERVICE_DATA": "from-environment", "TUGI_SERVICE_KEYS": "from-environment",
                "TUGI_CONFIG": path, "TUGI_LOG_LEVEL": "", "PATH": "/bin",
            ])
        #expect(reading.faults.isEmpty)
        #expect(settings.dataFolder == "from-flag")
        #expect(settings.keysFolder == "from-environment")
        #expect(settings.port == 7501)
        #expect(settings.partitions == ["0060", "0901"])
        #expect(settings.assertionKeyFile == "a.pem")
        let sources = Dictionary(uniqueKeysWithValues: reading.settings.map { ($0.key, $0.source) })
        #expect(sources["service.data"] == .flag)
        #expect(sources["service.keys"] == .environment)
        #expect(sources["service.listen.host"] == .file)
        #expect(sources["log.level"] == .preset)
    }

    @Test("All faults are told together, each with its key")
    func faults() throws {
        let (_, reading) = read([
            ("service.listen.port", "seven"), ("county.environment", "live"), ("log.level", "loud"),
            ("county.partitions", "0901, Vinni"), ("county.name", "Lääne-Viru"), ("keys.create", "perhaps"),
            ("service.listen.host", "no where"),
        ])
        let faults = try #require(throws: ConfigurationFaults.self) { try reading.finish() }
        #expect(
            Set(faults.faults.map(\.key)) == [
                "service.listen.port", "county.environment", "log.level", "county.partitions", "county.name",
                "keys.create", "service.listen.host",
            ])
        #expect(faults.description.split(separator: "\n").count == faults.faults.count)
    }

    @Test("A name that is no setting is a fault with the nearest one, in every layer")
    func unknown() throws {
        let folder = try TemporaryFolder("configuration")
        let path = try file(#"{"service": {"date": "x"}, "tls": "y", "county": null}"#, in: folder)
        let (_, reading) = read(
            [("service.listen.prt", "7401"), ("quite.another.thing", "1")],
            environment: [
                "TUGI_SERVICE_DATUM": "x", "TUGI_HOME": "h", "TUGI_GATEWAY": "g", "TUGI_PORTS": "p",
                "TUGI_PUBLISH": "7400", "TUGI_CLIENT_KEY": "k",
            ], file: path)
        let told = Dictionary(uniqueKeysWithValues: reading.faults.map { ($0.key, $0.message) })
        #expect(
            Set(told.keys) == [
                "service.listen.prt", "quite.another.thing", "service.date", "tls", "county",
                "TUGI_SERVICE_DATUM",
            ])
        #expect(told["service.listen.prt"]?.contains("did you mean service.listen.port?") == true)
        #expect(told["service.date"]?.contains("did you mean service.data?") == true)
        #expect(told["TUGI_SERVICE_DATUM"]?.contains("did you mean TUGI_SERVICE_DATA?") == true)
        #expect(told["quite.another.thing"]?.contains("config keys") == true)
    }

    @Test("A value of another JSON type is a fault")
    func types() throws {
        let folder = try TemporaryFolder("configuration")
        let path = try file(
            """
            {"service": {"listen": {"port": "7401"}, "data": 5}, "keys": {"create": "true"},
             "county": {"partitions": [60], "name": true}, "log": {"level": null}}
            """, in: folder)
        #expect(
            Set(read(file: path).1.faults.map(\.key)) == [
                "service.listen.port", "service.data", "keys.create", "county.partitions", "county.name",
                "log.level",
            ])
    }

    @Test("A file that is not there or no JSON object is a fault beside the others")
    func badFile() throws {
        let faults = read([("log.level", "loud")], file: "/nowhere/settings.json").1.faults
        #expect(faults.map(\.key) == ["--config", "log.level"])
        #expect(faults.first?.message.contains("/nowhere/settings.json") == true)
        let folder = try TemporaryFolder("configuration")
        for text in ["", "[1]", "{\"a\": ", "7"] {
            let path = try file(text, in: folder)
            #expect(read(environment: ["TUGI_CONFIG": path]).1.faults.map(\.key) == ["TUGI_CONFIG"])
        }
    }

    @Test("A --listen and a --set that cannot be taken apart are told with everything else")
    func badFlags() throws {
        let options = try ServiceOptions.parse([
            "--listen", "127.0.0.1:70000", "--set", "log.level", "--set", "county.partitions=0901", "--data",
            "d",
        ])
        var reading = SettingsReader(options.layers)
        let settings = ServiceConfiguration(&reading, service: "registry", defaultPort: 7401)
        #expect(reading.faults.map(\.key) == ["--listen", "--set", "county.partitions"])
        #expect(settings.dataFolder == "d")
        let good = try ServiceOptions.parse(["--listen", "[::1]:7409"])
        reading = SettingsReader(good.layers)
        #expect(ServiceConfiguration(&reading, service: "registry", defaultPort: 7401).host == "::1")
    }

    @Test("Every key is reached by its flag, its variable and the file alike")
    func everyKey() throws {
        let folder = try TemporaryFolder("configuration")
        for setting in read().1.settings {
            #expect(setting.key.allSatisfy { $0 == "." || $0 == "-" || ("a"..."z").contains($0) })
            // A value that every kind refuses or takes; who said it is what counts here.
            func source(_ reading: SettingsReader) -> Setting.Source? {
                reading.settings.first { $0.key == setting.key && $0.value == "17" }?.source
            }
            #expect(source(read([(setting.key, "17")]).1) == .flag)
            #expect(source(read(environment: [setting.variable: "17"]).1) == .environment)
            let parts = setting.key.split(separator: ".")
            let text =
                parts.map { "{\"\($0)\":" }.joined() + "17" + String(repeating: "}", count: parts.count)
            let path = try file(text, in: folder)
            #expect(source(read(file: path).1) == .file)
        }
    }
}
