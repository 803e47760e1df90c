import ArgumentParser
import Gateway
import Logging
import Operator
import ServiceKit

/// The program tugi-gateway: the gateway itself (`serve`), and the commands with which people and operators use it.
@main
struct GatewayProgram: ConfiguredProgram {
    typealias Options = GatewayOptions
    static let configuration = CommandConfiguration(
        commandName: "tugi-gateway",
        abstract: "The county's door: serves, and asks a served county.",
        discussion: """
            Exit codes of the commands: 0 well; 1 problems found; 2 wrong usage; 3 cannot reach; 4 not allowed; 5 not
            found; 6 conflict; 7 too late; 9 data damaged; 70 a fault of ours. `serve`, `config` and `probe` end as those of \
            the services do.
            """,
        version: ProgramVersion.current,
        subcommands: [
            ServeGateway.self, ConfigCommand<GatewayProgram>.self, ProbeCommand<GatewayProgram>.self,
        ] + OperatorCommands.all)

    static let programName = "tugi-gateway"

    static func deployment(_ reading: inout SettingsReader) -> Deployment {
        GatewayConfiguration(&reading).deployment
    }
}

/// The options of all programs, and the gateway's own.
struct GatewayOptions: SettingsOptions {
    @OptionGroup var program: ProgramOptions
    @Option(help: "PEM file of the key that signs caller assertions.") var signingKey: String?
    @Option(help: "Where tugi-registry listens: HOST:PORT, several with commas between.") var registry:
        String?
    @Option(help: "Where tugi-risk listens.") var risk: String?
    @Option(help: "Where tugi-referral listens.") var referral: String?
    @Option(help: "Where tugi-training listens.") var training: String?

    var layers: SettingsLayers {
        program.layers([
            ("assertion.signing-key", signingKey), ("peers.registry.addresses", registry),
            ("peers.risk.addresses", risk), ("peers.referral.addresses", referral),
            ("peers.training.addresses", training),
        ])
    }
}

/// Serves until SIGTERM.
struct ServeGateway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves until SIGTERM or Ctrl-C; prints one JSON line when it can be called.")
    @OptionGroup var options: GatewayOptions

    func run() async throws {
        try await ProgramFailure.reporting("tugi-gateway", serving: true) {
            var reading = SettingsReader(options.layers)
            let configuration = GatewayConfiguration(&reading)
            let faults = reading.faults + configuration.deployment.identityFaults()
            if !faults.isEmpty { throw ConfigurationFaults(faults) }
            guard let clock = SystemWallClock() else {
                throw ProgramFailure(
                    .configuration,
                    "the system does not know the zone Europe/Tallinn: apt-get install -y tzdata")
            }
            JSONLogHandler.bootstrap(service: "gateway", level: configuration.logLevel)
            let logger = Logger(label: "tugi.gateway")
            try await GatewayAssembly(configuration, clock: clock, logger: logger).run()
        }
    }
}
