public import ArgumentParser
import Store

/// A service's program: `serve` (also without a word), `migrate`, `verify`, `digest`, `config`, `probe`.
///
///     @main
///     struct RegistryProgram: ServiceProgram {
///         static let service = RegistryAssembly.service
///         static let abstract = "Keeps the county's map: institutions, posts, resources, children, links."
///     }
public protocol ServiceProgram: ConfiguredProgram where Options == ServiceOptions {
    static var service: ServiceDefinition { get }
    /// One line for `--help`.
    static var abstract: String { get }
}

extension ServiceProgram {
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "tugi-\(service.name)", abstract: abstract,
            discussion: """
                Settings come from options, then from the environment (TUGI_…), then from the file given with \
                --config, then from defaults; `config` shows and checks the result, `config keys` all there are.

                Exit codes: 0 well; 64 wrong use; 65 stored data is damaged; 69 cannot listen; 70 unforeseen; \
                73 the data folder cannot be written; 78 a setting, key or certificate is wrong. `probe` ends with 0 \
                or 1.
                """,
            version: ProgramVersion.current,
            subcommands: [
                ServeCommand<Self>.self, MigrateCommand<Self>.self, VerifyCommand<Self>.self,
                DigestCommand<Self>.self, ConfigCommand<Self>.self, ProbeCommand<Self>.self,
            ],
            defaultSubcommand: ServeCommand<Self>.self)
    }

    public static var programName: String { "tugi-\(service.name)" }

    public static func deployment(_ reading: inout SettingsReader) -> Deployment {
        service.read(&reading).common.deployment
    }

    /// The service with its store and kit; refuses with all faults of the settings at once, and when it is to serve,
    /// also with those of its certificate and keys.
    static func host(_ options: ServiceOptions, serving: Bool = false) throws -> ServiceHost {
        var reading = SettingsReader(options.layers)
        let settings = service.read(&reading)
        var faults = reading.faults
        if serving { faults += settings.common.deployment.identityFaults() }
        if !faults.isEmpty { throw ConfigurationFaults(faults) }
        return try ServiceHost(service, settings)
    }
}

struct ServeCommand<Program: ServiceProgram>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "serve",
            abstract: "Serves until SIGTERM or Ctrl-C; prints one JSON line when it can be called.")
    }

    @OptionGroup var options: ServiceOptions

    func run() async throws {
        try await ProgramFailure.reporting(Program.programName, serving: true) {
            try await Program.host(options, serving: true).serve()
        }
    }
}

struct MigrateCommand<Program: ServiceProgram>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "migrate", abstract: "Makes missing partitions and brings all to the newest schema.")
    }

    @OptionGroup var options: ServiceOptions

    func run() async throws {
        try await ProgramFailure.reporting(Program.programName) {
            let host = try Program.host(options)
            try await host.open()
            let codes = try await host.store.codes()
            await host.store.close()
            print("\(codes.count) partitions are at schema \(host.store.schema() ?? "none")")
        }
    }
}

struct VerifyCommand<Program: ServiceProgram>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "verify",
            abstract: "Checks every partition's file and audit chain; exit code 65 when one is not whole.")
    }

    @OptionGroup var options: ServiceOptions
    @Flag(help: "Print JSON, one object per partition.")
    var json = false

    func run() async throws {
        try await ProgramFailure.reporting(Program.programName) {
            let host = try Program.host(options)
            try await host.keys.check()
            let findings = try await PartitionFinding.all(of: host)
            await host.store.close()
            for finding in findings { print(json ? finding.json : finding.line) }
            if findings.contains(where: { !$0.isWhole }) {
                throw ProgramFailure(
                    .damaged,
                    "a partition is not whole: stop the program, keep its file, restore the last backup")
            }
        }
    }
}

struct DigestCommand<Program: ServiceProgram>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "digest",
            abstract: "Prints a digest of what each partition holds, without the bookkeeping around it.")
    }

    @OptionGroup var options: ServiceOptions
    @Flag(help: "Print JSON, one object per partition.")
    var json = false

    func run() async throws {
        try await ProgramFailure.reporting(Program.programName) {
            let host = try Program.host(options)
            for code in try await host.store.codes() {
                let digest = try await host.store.domainDigest(code)
                print(
                    json
                        ? JSONText.object([
                            ("service", Program.service.name), ("partition", code), ("digest", digest),
                        ]) : "\(code)  \(digest)")
            }
            await host.store.close()
        }
    }
}
