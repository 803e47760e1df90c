import ArgumentParser
import FoundationEssentials

/// The profiles that `--as` can name.
struct ProfilesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profiles", abstract: "Who one can act as with --as: the files of HOME/profiles.")
    @OptionGroup var connection: ConnectionOptions

    struct Row: Encodable {
        var name: String
        var municipality: String
        var role: String
        var purpose: String
    }

    func run() throws {
        let home = connection.home ?? ProcessInfo.processInfo.environment["TUGI_HOME"] ?? "data"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(home)/profiles")) ?? []
        let names = files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
        let rows = names.compactMap { name in
            (try? Profile.read(name, home: home)).map {
                Row(
                    name: name, municipality: $0.municipality ?? "", role: $0.role ?? "",
                    purpose: $0.purpose ?? "")
            }
        }
        try connection.output.rows(
            rows,
            [("name", \.name), ("municipality", \.municipality), ("role", \.role), ("purpose", \.purpose)],
            empty: "no profiles in \(home)/profiles; scripts/run makes some")
    }
}
