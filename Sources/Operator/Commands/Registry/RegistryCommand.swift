import ArgumentParser

/// What the register holds, by area.
struct RegistryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry", abstract: "The county's register: who and what is there for children.",
        subcommands: [ChildCommand.self, SearchCommand.self])
}
