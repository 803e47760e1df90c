import ArgumentParser
import Foundation
import Testing

@testable import Operator

@Suite("Commands of people and operators")
struct CommandTests {
    /// All commands with their subcommands.
    static let all: [any ParsableCommand.Type] = OperatorCommands.all.flatMap {
        [$0] + $0.configuration.subcommands
    }

    @Test("Each has a name of its own, says what it does, and shows help")
    func help() {
        let names = OperatorCommands.all.compactMap { $0.configuration.commandName }
        #expect(names.count == OperatorCommands.all.count)
        #expect(Set(names).count == names.count)
        for command in Self.all {
            let configuration = command.configuration
            let name = configuration.commandName ?? ""
            #expect(!configuration.abstract.isEmpty, "\(name)")
            let help = Root.helpMessage(for: command)
            #expect(help.contains("USAGE:"), "\(name)")
            let below = configuration.subcommands.compactMap { $0.configuration.commandName }
            #expect(Set(below).count == below.count, "\(name)")
        }
    }

    private static let id = "0198c0de-0000-7000-8000-000000000001"

    @Test(
        "What people type is understood",
        arguments: [
            "limits", "status --digests",
            "health --wait 10 --settled", "tasks --as helper", "journey \(id) --lang et",
            "looked \(id) --limit 5", "alarms --state open --state confirmed --class-name 7a",
            "confirm \(id) --need attendance --need learning", "dismiss \(id) --reason-from -",
            "weekly-pass --as-of 2026-03-16", "rules", "referrals --state closed",
            "referrals --case-id \(id)",
            "need add \(id) --need attendance --urgent", "routes \(id) \(id)",
            "request \(id) \(id) \(id) --basis PGS",
            "request \(id) \(id) \(id) --consent-giver parent --consent-scope-from a.txt --consent-date 2026-02-02",
            "attempt accept \(id) \(id)", "attempt complete \(id) \(id) --outcome got-help",
            "acknowledge \(id) \(id) --need-met", "case close \(id) --outcome solved-in-institution",
            "report submit --observation-from - --contact-from - --description-from a.txt", "report list",
            "danger --child \(id)",
            "trainings", "training plan --topic early-noticing --places 12", "training publish \(id)",
            "training calendar --out a.ics", "import county a.json --dry-run",
            "import pupils a.csv --school haljala-kool --municipality 0191",
            "import journal a.csv --school haljala-kool --dry-run",
            "import journal a.csv --school k --full --from 2025-09-01 --until 2025-12-31",
            "registry search logopeed vene 1. klass Tapa vaba koht --json",
            "registry search --with speech-therapist --need speech --near 0792 --language ru --grade 1 --free",
            "institutions --json", "posts --vacant", "resources --need attendance", "templates", "teams",
            "children --class-name 3a", "link \(id) \(id) --specialist-role social-pedagogue",
            "unlink \(id) \(id) --reason-from a.txt", "registry child register - --institution \(id)",
            "registry child change \(id) a.json --version 3", "registry child show \(id) --as-of 2026-02-02",
            "registry child find --name-from -", "registry child find --isikukood-from -",
            "registry child find --system ehis --id-from id.txt", "registry child history \(id) --json",
            "registry child mark \(id) do-not-share --toward-from - --ground-from - --review-on 2026-09-01",
            "registry child links \(id)", "registry child links --specialist \(id)",
            "registry child objection \(id) \(id) --by-from a.txt --text-from -", "registry child count",
            "registry child offer \(id) --to 0903 --to-person \(id) --reason moved --part representatives",
            "registry child offers", "registry child accept \(id)", "registry child withdraw \(id)",
            "registry child decline \(id) --code not-resident",
            "registry child review \(id) \(id) end --ground-from -",
            "main-job --input a --input b --no-story",
            "registry kinds resource --lang et", "registry list post --where role=head --as-of 2026-02-02",
            "registry show post a.head --as-of 2026-02-02", "registry history post a.head",
            "registry put a.json --dry-run", "registry end post a.head --from 2026-02-02 --if-version 3",
            "registry import resource a.csv --dry-run --full --lang et",
            "registry import post a.csv --profile ekool-posts --set institution=a --overwrite-edits",
            "registry export resource a.csv --lang et", "registry gaps --all --lang et",
            "registry duplicates find --merge-certain", "registry duplicates list --state merged --limit 5",
            "registry duplicates merge \(id) --keep \(id) --reason-from -",
            "registry duplicates apart \(id) --reason-from -",
            "registry duplicates undo \(id) --reason-from -",
        ])
    func parsed(_ words: String) throws {
        _ = try Self.parse(words)
    }

    @Test(
        "What is half said is refused before anything is sent",
        arguments: [
            "journey", "dismiss \(id)", "request \(id) \(id) \(id)",
            "request \(id) \(id) \(id) --basis PGS --consent-giver parent",
            "import journal a.csv --school k --full", "import journal a.csv --school k --from 2025-09-01",
            "import pupils a.csv", "registry child find",
            "registry child find --name-from a --isikukood-from -",
            "registry child find --system ehis", "registry child links", "registry child change \(id) a.json",
            "status --nonsense", "health --wait soon",
        ])
    func refused(_ words: String) {
        #expect(throws: (any Error).self) { _ = try Self.parse(words) }
    }

    @Test(
        "A text about a person is no argument: whoever types one is told what to type instead",
        arguments: [
            ("registry child find --name Näidis", "--name-from"),
            ("registry child mark \(id) do-not-share --toward Näidis", "--toward-from"),
            ("registry child unmark \(id) \(id) --reason Näidis", "--reason-from"),
            ("registry child objection \(id) \(id) --by Näidis", "--by-from"),
            ("registry child review \(id) \(id) end --ground Näidis", "--ground-from"),
            (
                "registry child offer \(id) --to 0903 --to-person \(id) --reason moved --note Näidis",
                "--note-from"
            ),
            ("registry duplicates undo \(id) --reason Näidis", "--reason-from"),
            ("unlink \(id) \(id) --reason Näidis", "--reason-from"),
            ("dismiss \(id) --reason Näidis", "--reason-from"),
            ("concern \(id) --need speech --observation Näidis", "--observation-from"),
            ("report submit --observation Näidis", "--observation-from"),
            ("report submit --description Näidis", "--description-from"),
            ("report submit --contact Näidis", "--contact-from"),
            ("report decide \(id) --decision case-opened --reason Näidis", "--reason-from"),
            ("case move \(id) --level 2 --reason Näidis", "--reason-from"),
        ])
    func former(_ words: String, _ instead: String) {
        do {
            _ = try Self.parse(words)
            Issue.record("taken: \(words)")
        } catch {
            let message = Root.message(for: error)
            #expect(message.contains(instead) && message.contains("list of processes"))
            #expect(!message.contains("Näidis"))
        }
    }

    @Test("A text comes from a file as it stands there, without the end of its last line")
    func texts() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "texts-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (by, text) = (folder + "/by", folder + "/text")
        try Data("Näidis Ema\n".utf8).write(to: URL(filePath: by))
        try Data("Ei soovi.\nPõhjust ei öelnud.\n\n".utf8).write(to: URL(filePath: text))
        #expect(
            try PrivateText.read(
                .init("--by-from", by), .init("--note-from", nil), .init("--text-from", text))
                == ["Näidis Ema", "", "Ei soovi.\nPõhjust ei öelnud."])
        try Data(" 51201010014 \n".utf8).write(to: URL(filePath: by))
        #expect(try PrivateText.word(.init("--isikukood-from", by)) == "51201010014")
        #expect(throws: UsageError.self) { try PrivateText.read(.init("--by-from", folder + "/none")) }
        try Data([0xff, 0xfe]).write(to: URL(filePath: text))
        #expect(throws: UsageError.self) { try PrivateText.read(.init("--text-from", text)) }
    }

    /// The commands as the program has them.
    private struct Root: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tugi-gateway", subcommands: OperatorCommands.all)
    }

    private static func parse(_ words: String) throws -> any ParsableCommand {
        try Root.parseAsRoot(words.split(separator: " ").map(String.init))
    }

    @Test("Options of the connection stand behind every command")
    func connection() throws {
        let command = try #require(
            try Self.parse(
                "alarms --as class-teacher --gateway a:1 --municipality 0901 --role head --timeout 2.5 --json"
            )
                as? AlarmsCommand)
        #expect(command.connection.profile == "class-teacher")
        #expect(command.connection.gateway == "a:1")
        #expect(command.connection.municipality == "0901")
        #expect(command.connection.role == "head")
        #expect(command.connection.timeout == 2.5)
        #expect(command.connection.json)
    }
}
