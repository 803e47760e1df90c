import ArgumentParser
import FoundationEssentials
import Tables

/// The mapping profiles by which foreign tables are read: those that are shipped, and files.
enum TableProfiles {
    /// By name. Their foreign headings are assumed, since the makers publish no format.
    static let shipped: [(name: String, json: [UInt8])] = [
        ("ehis-pupils", PackageResources.ehis_pupils_json),
        ("ekool-pupils", PackageResources.ekool_pupils_json),
    ]

    /// A shipped profile by its name, else the file.
    static func load(_ name: String, target: String) throws -> TableProfile {
        let json: Data
        if let own = shipped.first(where: { $0.name == name }) {
            json = Data(own.json)
        } else {
            json = try fileContents(name)
        }
        let profile: TableProfile
        do {
            profile = try JSONDecoder().decode(TableProfile.self, from: json)
        } catch {
            throw UsageError(
                "profile-unreadable", "\(name) is no mapping profile in JSON.",
                next: "tugi-gateway import profiles --show ehis-pupils   (an example)")
        }
        if let problem = profile.problem {
            throw UsageError(
                "profile-wrong", "The profile \(name) cannot be used: \(problem).",
                next: "correct it; Protocols/journal.md, \"Mapping profiles\", tells what it may hold")
        }
        guard profile.target == target else {
            throw UsageError(
                "profile-of-other-table", "The profile \(name) makes a table of \"\(profile.target)\".",
                next: "choose a profile whose target is \"\(target)\"")
        }
        return profile
    }
}

/// Which profiles are shipped, and what is in one.
struct ImportProfilesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profiles",
        abstract: "Mapping profiles that --profile can name, and what is in one, to be copied and changed.")
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "Print this profile as JSON.") var show: String?

    struct Row: Encodable {
        var name: String
        var target: String
        var assumed: Bool
        var about: String
    }

    func run() throws {
        if let show {
            guard let found = TableProfiles.shipped.first(where: { $0.name == show }) else {
                throw ValidationError("There is no shipped profile \"\(show)\".")
            }
            return Terminal.print(String(decoding: found.json, as: UTF8.self))
        }
        let rows = TableProfiles.shipped.compactMap { shipped in
            (try? JSONDecoder().decode(TableProfile.self, from: Data(shipped.json))).map {
                Row(
                    name: $0.name, target: $0.target, assumed: $0.assumed ?? false, about: $0.about?.en ?? "")
            }
        }
        try connection.output.rows(
            rows,
            [
                ("name", \.name), ("makes", \.target), ("headings", { $0.assumed ? "assumed" : "known" }),
                ("about", \.about),
            ], empty: "no profiles are shipped")
    }
}

extension FaultRow {
    /// A fault that was found here, before anything was sent.
    init(_ fault: TableFault, file: String) {
        self.file = file
        row = UInt64(clamping: fault.row)
        column = fault.column ?? ""
        code = fault.code
        message = fault.message.english
        remedy = fault.remedy.english
    }
}
