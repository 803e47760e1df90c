public import ArgumentParser

/// A program with settings: what the commands `config` and `probe` need to know of it.
public protocol ConfiguredProgram: AsyncParsableCommand {
    /// The options that become settings.
    associatedtype Options: SettingsOptions
    /// As it is started: "tugi-registry".
    static var programName: String { get }
    /// Reads all settings of the program, its own ones too.
    static func deployment(_ reading: inout SettingsReader) -> Deployment
}

/// `config`: what the settings are and whether they are right.
public struct ConfigCommand<Program: ConfiguredProgram>: AsyncParsableCommand {
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "config", abstract: "Shows and checks the settings.",
            subcommands: [ConfigValidateCommand<Program>.self, ConfigKeysCommand<Program>.self],
            defaultSubcommand: ConfigValidateCommand<Program>.self)
    }

    /// Made by the argument parser.
    public init() {}
}

/// `config validate`: every setting with its value and source, then all that is wrong.
struct ConfigValidateCommand<Program: ConfiguredProgram>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "validate",
            abstract:
                "Prints all settings that hold and who set them, then all faults; exit code 78 with any.",
            discussion: "Certificates, keys and folders are looked at too. Files are named, never shown.")
    }

    @OptionGroup var options: Program.Options
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        var reading = SettingsReader(options.layers)
        let deployment = Program.deployment(&reading)
        // The reader tells of files that are not named too, where a program cannot do without them.
        var faults = reading.faults
        for fault in deployment.identityFaults() + deployment.folderFaults() where !faults.contains(fault) {
            faults.append(fault)
        }
        if json {
            print(Self.json(reading.settings, faults))
        } else {
            Table.print(reading.settings.map { [$0.key, $0.value, $0.source.rawValue] })
            if faults.isEmpty {
                print("\nno faults")
            } else {
                print("\n\(faults.count) fault\(faults.count == 1 ? "" : "s"):")
                print(ConfigurationFaults(faults).description)
            }
        }
        if !faults.isEmpty { throw ExitCode(ProgramFailure.Code.configuration.rawValue) }
    }

    private static func json(_ settings: [Setting], _ faults: [ConfigurationFaults.Fault]) -> String {
        let listed = settings.map {
            JSONText.object([("key", $0.key), ("value", $0.value), ("source", $0.source.rawValue)])
        }
        let wrong = faults.map { JSONText.object([("key", $0.key), ("message", $0.message)]) }
        return
            "{\"settings\":[\(listed.joined(separator: ","))],\"faults\":[\(wrong.joined(separator: ","))]}"
    }
}

/// `config keys`: what can be set.
struct ConfigKeysCommand<Program: ConfiguredProgram>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "keys",
            abstract: "Prints what can be set: key, environment variable, default, allowed values, meaning.")
    }

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() throws {
        var reading = SettingsReader()
        _ = Program.deployment(&reading)
        let rows = reading.settings.map { [$0.key, $0.variable, $0.preset, $0.allowed, $0.meaning] }
        let heads = ["key", "variable", "default", "allowed", "meaning"]
        if json {
            let objects = rows.map { JSONText.object(Array(zip(heads, $0))) }
            print("[\(objects.joined(separator: ","))]")
        } else {
            Table.print([heads] + rows)
        }
    }
}

/// `probe`: does the program that has these settings serve?
public struct ProbeCommand<Program: ConfiguredProgram>: AsyncParsableCommand {
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "probe",
            abstract: "Asks the running program with these settings whether it serves: exit code 0 or 1.",
            discussion: """
                For health checks of containers and supervisors: needs no shell, opens no store. Connects to the \
                program's own address (0.0.0.0 and :: mean this machine) with its own certificate. Exit codes: 0 \
                serves; 1 does not serve or is not reached in time; 78 a setting is wrong.
                """)
    }

    @OptionGroup var options: Program.Options
    @Option(help: "Seconds that it may take.")
    var timeout = 2.0

    /// Made by the argument parser.
    public init() {}

    /// Refuses a time that is no use.
    public func validate() throws {
        guard timeout > 0, timeout <= 3600 else {
            throw ValidationError("--timeout takes seconds: more than 0, at most 3600.")
        }
    }

    /// Asks the program whether it serves, and exits as the help says.
    public func run() async throws {
        try await ProgramFailure.reporting(Program.programName) {
            var reading = SettingsReader(options.layers)
            let deployment = Program.deployment(&reading)
            for fault in deployment.missingTLS where !reading.faults.contains(fault) {
                reading.fault(fault.key, fault.message)
            }
            if reading.faults.isEmpty, deployment.ownAddress == nil {
                reading.fault(
                    "service.listen.port", "0 takes any free port; name the port that is to be asked")
            }
            try reading.finish()
            guard let address = deployment.ownAddress else { return }
            let probe = HealthProbe(deployment: deployment, timeout: .seconds(timeout))
            switch await probe.run(at: address) {
            case .serving(let address, let time):
                let milliseconds = time.components.attoseconds / 1_000_000_000_000_000
                print(
                    "\(deployment.name) at \(address) serves (\(time.components.seconds * 1000 + milliseconds) ms)"
                )
            case .notServing(let reason):
                print(reason)
                throw ExitCode(1)
            }
        }
    }
}

/// Columns of text, as wide as they need.
enum Table {
    static func print(_ rows: [[String]]) {
        guard let columns = rows.first?.count else { return }
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            var line = ""
            for (column, text) in row.enumerated() {
                line += text
                if column < columns - 1 {
                    line += String(repeating: " ", count: widths[column] - text.count + 2)
                }
            }
            Swift.print(line)
        }
    }
}
