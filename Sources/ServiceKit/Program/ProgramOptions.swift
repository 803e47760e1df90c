public import ArgumentParser
import RPC

/// Options of a command that become settings.
public protocol SettingsOptions: ParsableArguments {
    /// The options, the environment and the file, as they were given.
    var layers: SettingsLayers { get }
}

/// The options that all programs share. None has a default of its own, so that environment and file are asked too.
public struct ProgramOptions: SettingsOptions {
    @Option(help: "Settings as a JSON file.")
    public var config: String?
    @Option(help: "Where to listen, HOST:PORT; port 0 takes a free one.")
    public var listen: String?
    @Option(help: "PEM file of this program's certificate.")
    public var certificate: String?
    @Option(help: "PEM file of its private key.")
    public var key: String?
    @Option(help: "PEM file of the trusted authorities.")
    public var authority: String?
    @Option(help: "The county's name in certificates.")
    public var county: String?
    @Option(help: "development, test, staging or production.")
    public var environment: String?
    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    public var logLevel: String?
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Any setting, e.g. --set county.partitions=0060,0901; `config keys` lists all.",
            valueName: "key=value"))
    /// Other settings as `key=value`, as they were typed.
    public var settings: [String] = []

    /// For the argument parser, which fills the options in.
    public init() {}

    /// The layers of a program without options of its own.
    public var layers: SettingsLayers { layers() }

    /// The layers, with a program's own options by the keys of their settings.
    public func layers(_ more: [(key: String, value: String?)] = []) -> SettingsLayers {
        var faults: [ConfigurationFaults.Fault] = []
        var values: [(String, String?)] = [
            ("tls.certificate", certificate), ("tls.key", key), ("tls.authority", authority),
            ("county.name", county), ("county.environment", environment), ("log.level", logLevel),
        ]
        values += more.map { ($0.key, $0.value) }
        if let listen {
            if let address = PeerAddress(listen) {
                values.append(("service.listen.host", address.host))
                values.append(("service.listen.port", "\(address.port)"))
            } else {
                faults.append(
                    .init(
                        key: "--listen",
                        message: "\"\(listen)\" is not HOST:PORT with a port up to 65535, e.g. 127.0.0.1:7401"
                    )
                )
            }
        }
        for setting in settings {
            if let sign = setting.firstIndex(of: "="), sign != setting.startIndex {
                values.append((String(setting[..<sign]), String(setting[setting.index(after: sign)...])))
            } else {
                faults.append(.init(key: "--set", message: "give KEY=VALUE, not \"\(setting)\""))
            }
        }
        var layers = SettingsLayers(
            flags: values.compactMap { key, value in value.map { (key, $0) } },
            environment: SettingsLayers.processEnvironment(), file: config)
        for fault in faults { layers.fault(fault.key, fault.message) }
        return layers
    }
}

/// The options of the services' programs: those of all programs, and where data and keys are.
public struct ServiceOptions: SettingsOptions {
    @OptionGroup public var program: ProgramOptions
    @Option(help: "Folder of the stores.")
    public var data: String?
    @Option(help: "Folder of the partitions' keys.")
    public var keys: String?
    @Option(help: "PEM file of the key with which the gateway signs caller assertions.")
    public var assertionKey: String?

    /// For the argument parser, which fills the options in.
    public init() {}

    /// As documented at the protocol.
    public var layers: SettingsLayers {
        program.layers([
            ("service.data", data), ("service.keys", keys), ("assertion.public-key", assertionKey),
        ])
    }
}
