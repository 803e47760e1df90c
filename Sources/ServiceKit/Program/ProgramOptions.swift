public import ArgumentParser
public import Configuration

/// The options that all programs share. None has a default of its own, so that environment and file are asked too.
public struct ProgramOptions: ParsableArguments {
    @Option(help: "Settings as a JSON file.")
    public var config: String?
    @Option(help: "Where to listen, HOST:PORT; port 0 takes a free one.")
    public var listen: String?
    @Option(help: "Folder of the stores.")
    public var data: String?
    @Option(help: "Folder of the partitions' keys.")
    public var keys: String?
    @Option(help: "PEM file of this program's certificate.")
    public var certificate: String?
    @Option(help: "PEM file of its private key.")
    public var key: String?
    @Option(help: "PEM file of the trusted authorities.")
    public var authority: String?
    @Option(help: "PEM file of the key with which the gateway signs caller assertions.")
    public var assertionKey: String?
    @Option(help: "The county's name in certificates.")
    public var county: String?
    @Option(help: "development, test, staging or production.")
    public var environment: String?
    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    public var logLevel: String?
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Any other setting, e.g. --set county.partitions=0060,0901.",
            valueName: "key=value"))
    /// Other settings as `key=value`, as they were typed.
    public var settings: [String] = []

    /// For the argument parser, which fills the options in.
    public init() {}

    /// The settings in their order: these options, the environment (`TUGI_…`), the file; who reads adds the defaults.
    public func reader() async throws -> ConfigReader {
        var providers: [any ConfigProvider] = [
            EnvironmentVariablesProvider(environmentVariables: try variables()),
            EnvironmentVariablesProvider().prefixKeys(with: "tugi"),
        ]
        let fromEnvironment = ConfigReader(providers: providers).string(forKey: "config")
        if let file = config ?? fromEnvironment {
            let place = ConfigReader(
                provider: InMemoryProvider(values: [
                    AbsoluteConfigKey(["filePath"]): ConfigValue(.string(file), isSecret: false)
                ]))
            do {
                providers.append(try await FileProvider<JSONSnapshot>(config: place))
            } catch {
                throw ConfigurationFaults([
                    .init(
                        key: "--config",
                        message: "the file \(file) cannot be read as a JSON object; check path and form")
                ])
            }
        }
        return ConfigReader(providers: providers)
    }

    /// The options under the names that the environment would use: so both layers are read by the same rules.
    private func variables() throws -> [String: String] {
        var values: [(String, String?)] = [
            ("service.data", data), ("service.keys", keys), ("tls.certificate", certificate),
            ("tls.key", key),
            ("tls.authority", authority), ("assertion.public-key", assertionKey), ("county.name", county),
            ("county.environment", environment), ("log.level", logLevel),
        ]
        if let listen {
            guard let colon = listen.lastIndex(of: ":") else {
                throw ConfigurationFaults([
                    .init(key: "--listen", message: "give HOST:PORT, e.g. 127.0.0.1:7401")
                ])
            }
            values.append(("service.listen.host", String(listen[..<colon])))
            values.append(("service.listen.port", String(listen[listen.index(after: colon)...])))
        }
        for setting in settings {
            guard let sign = setting.firstIndex(of: "="), sign != setting.startIndex else {
                throw ConfigurationFaults([.init(key: "--set", message: "give KEY=VALUE, not \"\(setting)\"")]
                )
            }
            values.append((String(setting[..<sign]), String(setting[setting.index(after: sign)...])))
        }
        var result: [String: String] = [:]
        for (key, value) in values {
            guard let value else { continue }
            let name = key.map { $0 == "." || $0 == "-" ? "_" : String($0).uppercased() }.joined()
            result[name] = value
        }
        return result
    }
}
