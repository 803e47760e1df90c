import ArgumentParser

/// What the register holds, by area.
struct RegistryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry", abstract: "The county's register: who and what is there for children.",
        subcommands: [
            ChildCommand.self, SearchCommand.self, RegistryImportCommand.self, RegistryExportCommand.self,
        ])
}

/// What the register takes in.
struct RegistryImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in files.", subcommands: [ImportHumanServicesCommand.self])
}

/// What the register gives out.
struct RegistryExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write files.", subcommands: [ExportHumanServicesCommand.self])
}
