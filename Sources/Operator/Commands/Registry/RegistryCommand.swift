import ArgumentParser

/// What the register holds, by area.
struct RegistryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry",
        abstract: "The county's register: records of its map with their history, and the children.",
        subcommands: [
            KindsCommand.self, RecordListCommand.self, ShowCommand.self, HistoryCommand.self,
            PutCommand.self, EndCommand.self, RegistryImportCommand.self, RegistryExportCommand.self,
            GapsCommand.self, IndicatorsCommand.self, ChildCommand.self, DuplicatesCommand.self,
            SearchCommand.self,
        ])
}

/// What the register takes in: a table of a kind, unless said otherwise.
struct RegistryImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in files.",
        subcommands: [
            ImportTableCommand.self, ImportHumanServicesCommand.self, ImportShippedCommand.self,
            ImportRecordsCommand.self,
        ],
        defaultSubcommand: ImportTableCommand.self)
}

/// What the register gives out: a table of a kind, unless said otherwise.
struct RegistryExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write files.",
        subcommands: [ExportTableCommand.self, ExportHumanServicesCommand.self],
        defaultSubcommand: ExportTableCommand.self)
}
