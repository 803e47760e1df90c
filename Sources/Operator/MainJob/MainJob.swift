import Contracts
import SwiftProtobuf
import FoundationEssentials
import RPC

/// The steps of the main job. Operation ids are derived from the input's digest and the step, so that a run that was cut
/// off, and a second run, make no second effect.
struct MainJob {
    let desk: Desk
    let asOf: String
    /// The municipality whose child is followed; empty until it is known.
    var story: String
    /// Names the input: digests of all its files.
    var seed = ""
    var posts: [String: [RegistryPost]] = [:]
    var report = MainJobReport()
    /// The signal that the walk follows.
    var walked = ""
    var say: Output { desk.options.output }

    init(desk: Desk, asOf: String, story: String?) {
        self.desk = desk
        self.asOf = asOf
        self.story = story ?? ""
    }

    func operation(_ step: String) -> [UInt8] { UUIDText.derived("\(seed):\(step)").bytes }

    func headline(_ number: Int, _ text: String) { say.note("\n\(number). \(text)") }

    // MARK: - 1 and 2: the county's map, the pupils, the journals

    mutating func bringIn(_ folders: [String]) async throws {
        let inputs = try folders.map { try InputFolder($0) }
        seed = UUIDText.derived(try inputs.map { try $0.digest() }.joined(separator: ":")).description
        headline(1, "The county's map: institutions, posts, help there is, how each municipality works")
        let shipped = try await ImportShippedCommand.run(
            try await coordinator(), dryRun: false,
            operation: operation("shipped:\(RecordsFile.shippedDigest())"))
        try shipped.sayUnlessJSON(say)
        for input in inputs {
            let view = try await ImportCountyCommand.run(
                try await coordinator(), file: input.county, dryRun: false,
                operation: operation("county:\(input.county)"))
            try view.sayUnlessJSON(say)
            report.countyRows += view.good
            guard let file = input.records else { continue }
            let more = try await ImportRecordsCommand.run(
                try await coordinator(), file: file, dryRun: false, operation: operation("records:\(file)"))
            try more.sayUnlessJSON(say)
        }
        for code in desk.municipalities {
            posts[code] = try await desk.session(code).call(
                RegistryMethods.listPosts, .with { $0.municipality = code }
            ).posts
        }
        let all = posts.values.flatMap(\.self)
        report.posts = all.count
        report.vacantPosts = all.filter(\.personID.isEmpty).count
        say.note(
            "   \(report.posts) posts, \(report.vacantPosts) of them vacant   (tugi-gateway posts --vacant)")
        try await settle()

        headline(2, "Pupils and journals, school by school, each by its own registrar")
        let started = ContinuousClock.now
        let schools = inputs.flatMap(\.schools)
        for (index, school) in schools.enumerated() {
            try await bringIn(school)
            say.progress(
                "   \(index + 1) of \(schools.count) schools, \(report.observations) rows of journals")
        }
        report.importSeconds = started.duration(to: .now) / .seconds(1)
        say.progressEnd()
        try await settle()
        say.note(
            "   \(report.pupils) pupils, \(report.observations) rows of journals; all or nothing for each school"
                + "   (tugi-gateway import journal --help)")
    }

    /// The county's coordinator, who may change the map; before there is any map, the county's system by itself.
    private func coordinator() async throws -> Session {
        let known = try await desk.session("0060", purpose: "coordination").call(
            RegistryMethods.listPosts, .with { $0.municipality = "0060" }
        ).posts
        let post = known.first { $0.role == "county-coordinator" && !$0.personID.isEmpty }
        if let post { try desk.keep("coordinator", "0060", Actor(post), purpose: "coordination") }
        return try desk.session("0060", post.map(Actor.init), purpose: "coordination")
    }

    private mutating func bringIn(_ school: InputFolder.School) async throws {
        let session = try desk.session(school.municipality)
        let institution = try await ImportJournalCommand.institution(session, school: school.code)
        let registrar = posts[school.municipality]?.first {
            $0.institutionID == institution && $0.role == "registrar" && !$0.personID.isEmpty
        }
        let acting = try desk.session(school.municipality, registrar.map(Actor.init))
        let pupils = try await ImportPupilsCommand.run(
            acting, file: school.pupils, school: school.code, dryRun: false,
            operation: operation("pupils:\(school.municipality)/\(school.code)"))
        try pupils.stopAtFaults(say)
        let journal = try await JournalImport(
            file: school.journal, institution: institution, dryRun: false, period: nil,
            seed: "\(seed):journal:\(school.municipality)/\(school.code)"
        ).run(acting)
        try journal.stopAtFaults(say)
        report.pupils += pupils.good
        report.observations += journal.rows
    }

    /// Waits until every event has reached every program; gives up with a message after two minutes.
    func settle() async throws {
        let operators = try desk.session("operator", purpose: "operations")
        let end = ContinuousClock.now + .seconds(120)
        while true {
            let status = try await operators.call(GatewayMethods.status, GatewayStatusRequest())
            if status.settled { return }
            guard ContinuousClock.now < end else {
                throw UsageError(
                    "events-wait", "Events are still on their way after two minutes.",
                    next: "tugi-gateway status")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    // MARK: - 3: early noticing

    mutating func look() async throws {
        headline(
            3, "The weekly pass as of \(asOf): six triggers over the last two or four weeks of every child")
        let started = ContinuousClock.now
        var rows: [MainJobReport.Pass] = []
        for code in desk.municipalities {
            let answer = try await desk.session(code).call(
                RiskMethods.runWeeklyPass,
                .with {
                    $0.municipality = code
                    $0.asOf = asOf
                }, operation: operation("pass:\(code):\(asOf)"))
            rows.append(MainJobReport.Pass(municipality: code, WeeklyPassCommand.View(answer)))
        }
        report.passSeconds = started.duration(to: .now) / .seconds(1)
        report.passes = rows
        if !say.json {
            try say.rows(
                rows,
                [
                    ("   municipality", { "   " + $0.municipality }),
                    ("children", { String($0.pass.children) }),
                    ("raised", { String($0.pass.raised) }), ("updated", { String($0.pass.updated) }),
                    ("withdrawn", { String($0.pass.withdrawn) }),
                    ("not enough data", { String($0.pass.notEnoughData) }),
                ], empty: "")
        }
        try await settle()
        say.note(
            "   An alarm decides nothing: it waits for a named person.   (tugi-gateway alarms --as class-teacher)"
        )
    }

    mutating func finish(_ file: String?) throws {
        try desk.keep("operator", "operator", nil, purpose: "operations")
        if let file {
            do {
                try JSONEncoder().encode(report).write(to: URL(filePath: file))
            } catch {
                throw UsageError(
                    "report-unwritable", "\(file) cannot be written.", next: "choose another --report")
            }
        }
        if say.json { return try say.value(report) { "" } }
        say.note(
            """

            Look around (from here, with TUGI_HOME=\(desk.home)):
              tugi-gateway status                          how every program does
            """)
        if !report.child.isEmpty {
            say.note(
                """
                  tugi-gateway alarms --as class-teacher       what waits for the class teacher's decision
                  tugi-gateway tasks --as class-teacher        what the class teacher has to do today
                  tugi-gateway journey \(report.child) --as class-teacher
                  tugi-gateway looked \(report.child) --as class-teacher     who looked at this child's data
                  tugi-gateway trainings --as trainer          trainings of the municipality
                """)
        }
    }
}

/// What the main job did, for `--json`, for the bench and for tests.
struct MainJobReport: Encodable {
    struct Pass: Encodable {
        var municipality: String
        var pass: WeeklyPassCommand.View

        init(municipality: String, _ pass: WeeklyPassCommand.View) {
            self.municipality = municipality
            self.pass = pass
        }
    }
    var countyRows: UInt64 = 0
    var posts = 0
    var vacantPosts = 0
    var pupils: UInt64 = 0
    var observations: UInt64 = 0
    var importSeconds: Double = 0
    var passSeconds: Double = 0
    var passes: [Pass] = []
    var child = ""
    var journey: [String] = []
    var training = ""
    var registered: UInt32 = 0
}

extension ImportView {
    func sayUnlessJSON(_ output: Output) throws {
        try stopAtFaults(output)
        if !output.json { try say(output) }
    }

    /// Ends with the faults when there are any.
    func stopAtFaults(_ output: Output) throws {
        if faultCount > 0 { try say(output) }
    }
}
