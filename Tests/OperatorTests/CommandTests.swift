import ArgumentParser
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
            "confirm \(id) --need attendance --need learning", "dismiss \(id) --reason viga",
            "weekly-pass --as-of 2026-03-16", "rules", "referrals --state closed",
            "referrals --case-id \(id)",
            "need add \(id) --need attendance --urgent", "routes \(id) \(id)",
            "request \(id) \(id) \(id) --basis PGS",
            "request \(id) \(id) \(id) --consent-giver parent --consent-scope all --consent-date 2026-02-02",
            "attempt accept \(id) \(id)", "attempt complete \(id) \(id) --outcome got-help",
            "acknowledge \(id) \(id) --need-met", "case close \(id) --outcome solved-in-institution",
            "report submit --observation nähtu", "report list", "danger --child \(id)",
            "trainings", "training plan --topic early-noticing --places 12", "training publish \(id)",
            "training calendar --out a.ics", "import county a.json --dry-run",
            "import pupils a.csv --school haljala-kool --municipality 0191",
            "import journal a.csv --school haljala-kool --dry-run",
            "import journal a.csv --school k --full --from 2025-09-01 --until 2025-12-31",
            "registry search logopeed vene 1. klass Tapa vaba koht --json",
            "registry search --with speech-therapist --need speech --near 0792 --language ru --grade 1 --free",
            "institutions --json", "posts --vacant", "resources --need attendance", "templates", "teams",
            "children --class-name 3a", "link \(id) \(id) --specialist-role social-pedagogue",
            "unlink \(id) \(id) --reason done", "registry child register - --institution \(id)",
            "registry child change \(id) a.json --version 3", "registry child show \(id) --as-of 2026-02-02",
            "registry child find --name õp", "registry child find --isikukood-from -",
            "registry child find --system ehis --id-from id.txt", "registry child history \(id) --json",
            "registry child mark \(id) do-not-share --toward x --ground y --review-on 2026-09-01",
            "registry child links \(id)", "registry child links --specialist \(id)",
            "registry child objection \(id) \(id) --by x --text y", "registry child count",
            "registry child offer \(id) --to 0903 --to-person \(id) --reason moved --part representatives",
            "registry child offers", "registry child accept \(id)", "registry child withdraw \(id)",
            "registry child decline \(id) --code not-resident",
            "registry child review \(id) \(id) end --ground x", "main-job --input a --input b --no-story",
            "registry kinds resource --lang et", "registry list post --where role=head --as-of 2026-02-02",
            "registry show post a.head --as-of 2026-02-02", "registry history post a.head",
            "registry put a.json --dry-run", "registry end post a.head --from 2026-02-02 --if-version 3",
            "registry import resource a.csv --dry-run --full --lang et",
            "registry import post a.csv --profile ekool-posts --set institution=a --overwrite-edits",
            "registry export resource a.csv --lang et", "registry gaps --all --lang et",
            "registry duplicates find --merge-certain", "registry duplicates list --state merged --limit 5",
            "registry duplicates merge \(id) --keep \(id) --reason sama",
            "registry duplicates apart \(id) --reason kaksikud",
            "registry duplicates undo \(id) --reason viga",
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
            "import pupils a.csv", "registry child find", "registry child find --name a --isikukood-from -",
            "registry child find --system ehis", "registry child links", "registry child change \(id) a.json",
            "status --nonsense", "health --wait soon",
        ])
    func refused(_ words: String) {
        #expect(throws: (any Error).self) { _ = try Self.parse(words) }
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
