public import Tables

/// What a roster cannot say and the operator states.
public struct RosterDefaults: Sendable, Hashable {
    /// Home language of pupils of whom the roster has none: OneRoster has no such column (an extension column
    /// `metadata.homeLanguage` is read when there is one).
    public var language: String?
    /// EHAK code of the residence of pupils of whom the roster has none (`metadata.residence`).
    public var residence: String?
    /// Types of `userIds` that hold the isikukood, in small letters. No type is agreed; these are assumptions.
    public var isikukoodTypes: Set<String> = ["isikukood", "ee-isikukood", "nationalid"]

    /// All values as documented at the properties.
    public init(language: String? = nil, residence: String? = nil) {
        self.language = language
        self.residence = residence
    }
}

/// One institution's part of a roster, in the form in which pupils are imported (`Protocols/journal.md`).
public struct RosterSchool: Sendable {
    /// A teacher or another grown-up of the institution.
    public struct Staff: Sendable, Hashable {
        /// The roster's id.
        public let sourcedID: String
        /// Names at work.
        public let givenName, familyName: String
        /// At work; may be empty.
        public let email: String
        /// The role's code of ours: "class-teacher", "teacher" or "head".
        public let role: String
        /// The class of a class teacher; empty otherwise.
        public let className: String
    }

    /// The roster's id of the institution.
    public let sourcedID: String
    /// The identifier that the school information system gives it: our institution code, if they agreed.
    public let identifier: String
    /// Its name.
    public let name: String
    /// Pupils' file, one row for each pupil who could be placed.
    public internal(set) var csv: [UInt8] = []
    /// How many rows it has.
    public internal(set) var pupilCount = 0
    /// For each of its rows, the row in users.csv.
    public internal(set) var sourceRows: [Int] = []
    /// Teachers and heads.
    public internal(set) var staff: [Staff] = []
    /// Pupils who could not be placed; nothing of the institution should be sent while there are any.
    public internal(set) var faults: [RosterFault] = []

    /// The row in users.csv of one of the pupils' file (the header is row 1).
    public func sourceRow(_ row: Int) -> Int {
        sourceRows.indices.contains(row - 2) ? sourceRows[row - 2] : row
    }

    /// The columns of the pupils' file.
    public static let columns = [
        "pupil", "given_name", "family_name", "isikukood", "birth_date", "class", "grade", "language",
        "residence", "representative", "representative_contact", "from", "left",
    ]
}

extension Roster {
    /// The institutions that have pupils or staff, in the order of orgs.csv.
    public func schools(_ defaults: RosterDefaults, today: TableDate) -> [RosterSchool] {
        let placing = RosterPlacing(self, defaults, today: today)
        return rows(.orgs).filter { $0["type"] == "school" }.compactMap { org in
            let school = placing.school(org)
            return school.pupilCount + school.staff.count + school.faults.count > 0 ? school : nil
        }
    }
}

/// Puts people into institutions and classes.
struct RosterPlacing {
    private let defaults: RosterDefaults
    private let today: String
    private let users: [String: Roster.Row]
    private let classes: [String: Roster.Row]
    private let demographics: [String: Roster.Row]
    private let rolesOfOrg: [String: [Roster.Row]]
    private let enrollmentsOfUser: [String: [Roster.Row]]
    private let yearBegins: String?

    init(_ roster: Roster, _ defaults: RosterDefaults, today: TableDate) {
        self.defaults = defaults
        self.today = today.text
        func index(_ file: RosterFile) -> [String: Roster.Row] {
            Dictionary(roster.rows(file).map { ($0.id, $0) }) { first, _ in first }
        }
        users = index(.users)
        classes = index(.classes)
        demographics = index(.demographics)
        rolesOfOrg = Dictionary(grouping: roster.rows(.roles)) { $0["orgSourcedId"] }
        enrollmentsOfUser = Dictionary(grouping: roster.rows(.enrollments)) { $0["userSourcedId"] }
        let text = today.text
        yearBegins = roster.rows(.academicSessions)
            .filter { $0["type"] == "schoolYear" && $0["startDate"] <= text && text <= $0["endDate"] }
            .map { $0["startDate"] }.min()
    }

    func school(_ org: Roster.Row) -> RosterSchool {
        var school = RosterSchool(
            sourcedID: org.id, identifier: org["identifier"], name: org["name"])
        var writer = TableWriter(columns: RosterSchool.columns)
        var done: Set<String> = []
        for role in (rolesOfOrg[org.id] ?? []).sorted(by: { $0.number < $1.number }) {
            guard let user = users[role["userSourcedId"]] else { continue }
            if role["role"] == "student" {
                guard done.insert(user.id).inserted else { continue }
                do throws(RosterFault) {
                    let fields = try pupil(user, role, org.id)
                    guard (try? writer.write(fields)) != nil else { continue }
                    school.pupilCount += 1
                    school.sourceRows.append(user.number)
                } catch {
                    school.faults.append(error)
                }
            } else if let member = staff(user, role, org.id) {
                school.staff.append(member)
            }
        }
        school.csv = writer.take()
        return school
    }

    private func pupil(
        _ user: Roster.Row, _ role: Roster.Row, _ org: String
    ) throws(RosterFault) -> [String] {
        let (group, enrollment) = try homeClass(user, role, org)
        let begins = [role["beginDate"], enrollment["beginDate"], yearBegins ?? ""].first { !$0.isEmpty }
        guard let begins else {
            throw .pupil(
                user.number, "sourcedId", "begin-unknown",
                et: (
                    "Õpilase algus on teadmata: rollil ja klassil ei ole kuupäeva ega käi õppeaastat.",
                    "Täida roles.csv beginDate või ekspordi academicSessions.csv."
                ),
                en: (
                    "The pupil's first day is unknown: neither role nor class has a date, and no school year runs.",
                    "Fill in beginDate in roles.csv, or export academicSessions.csv."
                ))
        }
        let name = group["classCode"].isEmpty ? group["title"] : group["classCode"]
        let ended = role["endDate"]
        let agent = user.list("agentSourcedIds").compactMap { users[$0] }.first
        return [
            user.id, user["givenName"], user["familyName"], isikukood(user),
            demographics[user.id]?["birthDate"] ?? "", name, try grade(user, group, name),
            try stated(
                user, "metadata.homeLanguage", defaults.language, "language-unknown",
                et: ("Kodukeel puudub.", "Lisa veerg metadata.homeLanguage või anna --assume-language."),
                en: ("The home language is missing.", "Add metadata.homeLanguage or give --assume-language.")),
            try stated(
                user, "metadata.residence", defaults.residence, "residence-unknown",
                et: ("Elukoht puudub.", "Lisa veerg metadata.residence või anna --assume-residence."),
                en: ("The residence is missing.", "Add metadata.residence or give --assume-residence.")),
            agent.map { "\($0["givenName"]) \($0["familyName"])" } ?? "",
            agent.map { $0["email"].isEmpty ? $0["phone"] : $0["email"] } ?? "",
            begins, !ended.isEmpty && ended <= today ? ended : "",
        ]
    }

    /// The pupil's home class: the only one of type homeroom, or the only class at all.
    private func homeClass(
        _ user: Roster.Row, _ role: Roster.Row, _ org: String
    ) throws(RosterFault) -> (Roster.Row, Roster.Row) {
        let all = (enrollmentsOfUser[user.id] ?? []).filter {
            $0["role"] == "student" && $0["schoolSourcedId"] == org
        }
        // Who has left was in a class that has ended too.
        let running = all.filter { $0["endDate"].isEmpty || $0["endDate"] >= today }
        let pairs = (running.isEmpty ? all : running).compactMap { enrollment in
            classes[enrollment["classSourcedId"]].map { ($0, enrollment) }
        }
        let homes = pairs.filter { $0.0["classType"] == "homeroom" }
        let candidates = homes.isEmpty ? pairs : homes
        guard let first = candidates.first, Set(candidates.map(\.0.id)).count == 1 else {
            throw .pupil(
                user.number, "sourcedId", candidates.isEmpty ? "class-unknown" : "class-ambiguous",
                et: (
                    candidates.isEmpty ? "Õpilane ei ole üheski klassis." : "Õpilane on mitmes koduklassis.",
                    "Jäta igale õpilasele enrollments.csv-s üks käiv klass tüübiga homeroom."
                ),
                en: (
                    candidates.isEmpty
                        ? "The pupil is in no class." : "The pupil is in several home classes.",
                    "Keep one running class of type homeroom for each pupil in enrollments.csv."
                ))
        }
        return first
    }

    /// By the user's one grade, else the class's, else the digits with which its name begins.
    private func grade(
        _ user: Roster.Row, _ group: Roster.Row, _ name: String
    ) throws(RosterFault) -> String {
        let lists = [user.list("grades"), group.list("grades")]
        let code = lists.first { $0.count == 1 }?.first ?? String(name.prefix { $0.isASCII && $0.isNumber })
        if ["IT", "PR", "PK", "TK", "KG"].contains(code) { return "0" }
        if let number = Int(code), (0...12).contains(number) { return String(number) }
        throw .pupil(
            user.number, "grades", "grade-unknown",
            et: ("Klassiaste ei ole teada.", "Täida grades ühe väärtusega 01 kuni 12 või KG."),
            en: ("The grade is not known.", "Give grades one value, 01 to 12 or KG."))
    }

    /// `{isikukood:51503010017}` among the user's ids.
    private func isikukood(_ user: Roster.Row) -> String {
        for id in user.list("userIds") where id.hasPrefix("{") && id.hasSuffix("}") {
            let parts = id.dropFirst().dropLast().split(separator: ":", maxSplits: 1)
            if parts.count == 2, defaults.isikukoodTypes.contains(parts[0].lowercased()) {
                return String(parts[1])
            }
        }
        return ""
    }

    private func stated(
        _ user: Roster.Row, _ column: String, _ stated: String?, _ code: String, et: (String, String),
        en: (String, String)
    ) throws(RosterFault) -> String {
        if !user[column].isEmpty { return user[column] }
        if let stated { return stated }
        throw .pupil(user.number, column, code, et: et, en: en)
    }

    /// Class teachers are those who teach a home class first; other roles of the roster are not ours to give.
    private func staff(_ user: Roster.Row, _ role: Roster.Row, _ org: String) -> RosterSchool.Staff? {
        let ended = role["endDate"]
        guard ended.isEmpty || ended >= today else { return nil }
        let homes = (enrollmentsOfUser[user.id] ?? []).filter {
            $0["role"] == "teacher" && $0["primary"] == "true" && $0["schoolSourcedId"] == org
        }.compactMap { classes[$0["classSourcedId"]] }.filter { $0["classType"] == "homeroom" }
        let code: String
        switch role["role"] {
        case "teacher": code = homes.isEmpty ? "teacher" : "class-teacher"
        case "principal": code = "head"
        default: return nil
        }
        let home = code == "class-teacher" ? homes.first : nil
        return RosterSchool.Staff(
            sourcedID: user.id, givenName: user["givenName"], familyName: user["familyName"],
            email: user["email"], role: code,
            className: home.map { $0["classCode"].isEmpty ? $0["title"] : $0["classCode"] } ?? "")
    }
}
