import ArgumentParser
import FoundationEssentials
import Tables

/// The mapping profiles by which foreign tables are read: those that are shipped, and files.
enum TableProfiles {
    /// By name. Their foreign headings are assumed, since the makers publish no format.
    static let shipped: [(name: String, json: [UInt8])] = [
        ("ehis-institutions", PackageResources.ehis_institutions_json),
        ("ehis-pupils", PackageResources.ehis_pupils_json),
        ("ekool-posts", PackageResources.ekool_posts_json),
        ("ekool-pupils", PackageResources.ekool_pupils_json),
        ("ekool-teachers", PackageResources.ekool_teachers_json),
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
                next: "correct it; Protocols/profiles.md tells what it may hold")
        }
        guard profile.target == target else {
            throw UsageError(
                "profile-of-other-table", "The profile \(name) makes a table of \"\(profile.target)\".",
                next: "choose a profile whose target is \"\(target)\"")
        }
        return profile
    }
}

extension TableProfile {
    /// With these values, each COLUMN=VALUE, in every row.
    func setting(_ pairs: [String]) throws -> TableProfile {
        var profile = self
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw UsageError(
                    "set-option", "--set takes COLUMN=VALUE, one of our columns.",
                    next: "e.g. --set institution=haljala-kool")
            }
            let column = Column(to: String(parts[0]), constant: String(parts[1]))
            profile.columns.removeAll { $0.to == column.to }
            profile.columns.append(column)
        }
        return profile
    }

    /// As it is sent; the same profile gives the same bytes.
    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return try encoder.encode(self)
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
    ///
    /// - Parameter rows: of a note, in how many rows of the column.
    init(_ fault: TableFault, file: String, _ language: TextLanguage, rows: Int? = nil) {
        self.file = file
        row = UInt64(clamping: fault.row)
        column = fault.column ?? ""
        code = fault.code
        message = language.text(fault.message)
        remedy = language.text(fault.remedy)
        self.rows = rows.map { UInt64(clamping: $0) }
    }
}
