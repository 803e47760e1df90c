import Foundation
import Testing

@Suite("Files of other makers, with the five real programs", .serialized)
struct ForeignFileTests {
    @Test("A foreign list of pupils is taken by a profile, and its faults are told by its own rows")
    func profile() async throws {
        try await County.with { county in
            let school = try await School.open(in: county)
            let header = "Õpilase kood\tÕpilase nimi\tSünniaeg\tKlass\tEmakeel\tEHAK\tKlassi lisatud\r\n"
            let one = "501\tÕpilane 501, Näidis\t1.3.2016\t3a\teesti\t901\t1.9.2025\r\n"
            let two = "502\tÕpilane 502, Näidis\t2.3.2016\t3a\tvene\t901\t1.9.2025\r\n"

            let wrong = try await bringIn(
                school, "Näidise kool\r\n" + header + one + two.replacing("vene", with: "muu"))
            #expect(wrong.status == 1)
            let told = try wrong.decoded(ImportReport.self)
            #expect(
                told.faults.map { "\($0.row) \($0.column) \($0.code)" } == ["4 language value-not-mapped"])
            #expect(!told.stored)
            #expect(try await school.children(school.teacher).isEmpty)

            let taken = try await bringIn(school, header + one + two).decoded(ImportReport.self)
            #expect(taken.stored && taken.good == 2)
            #expect(try await school.children(school.teacher).count == 2)

            // What Registry finds is told by the foreign file's rows too.
            let later = "Näidise kool\r\n\r\n" + header + one.replacing("1.9.2025", with: "1.9.2015")
            let found = try await bringIn(school, later.replacing("\t3a\t", with: "\t13a\t"))
            #expect(
                try found.decoded(ImportReport.self).faults.map { "\($0.row) \($0.column)" } == ["4 grade"])
        }
    }

    private func bringIn(_ school: School, _ text: String) async throws -> County.Answer {
        let path = "\(school.county.folder)/list.csv"
        // "Unicode text" of Excel: UTF-16 with a mark.
        let bytes = [UInt8]([0xFF, 0xFE]) + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        try Data(bytes).write(to: URL(filePath: path))
        return try await school.county.tugi(
            ["import", "pupils", path, "--school", school.code, "--profile", "ekool-pupils", "--json"]
                + school.registrar)
    }

    @Test("A OneRoster export brings a school's pupils in, once, and names what it cannot read")
    func roster() async throws {
        try await County.with { county in
            let school = try await School.open(in: county)
            let folder = try write(roster: county.folder, language: "et")
            let first = try await send(school, folder)
            #expect(first.schools.map(\.good) == [1] && first.schools.map(\.stored) == [true])
            #expect(first.faults.isEmpty)
            #expect(try await school.children(school.teacher).count == 1)
            let again = try await send(school, folder)
            #expect(again.schools.map(\.counts) == [["new": 0, "changed": 0, "unchanged": 1]])

            let staff = try String(contentsOfFile: "\(county.folder)/staff.json", encoding: .utf8)
            #expect(staff.contains("class-teacher") && staff.contains(school.code))

            let wrong = try write(roster: county.folder, language: "et", role: "instructor")
            let told = try await send(school, wrong, status: 1)
            #expect(told.faults.map { "\($0.file) \($0.row) \($0.code)" } == ["roles.csv 3 value-unknown"])
            #expect(try await school.children(school.teacher).count == 1)
        }
    }

    private struct Report: Decodable {
        struct School: Decodable {
            var good: Int
            var stored: Bool
            var counts: [String: Int]
        }
        var schools: [School]
        var faults: [ImportReport.Fault]
    }

    private func send(_ school: School, _ folder: String, status: Int32 = 0) async throws -> Report {
        let answer = try await school.county.tugi(
            [
                "import", "roster", folder, "--school", "k1=\(school.code)", "--assume-residence", "0901",
                "--staff", "\(school.county.folder)/staff.json", "--json",
            ] + school.registrar)
        #expect(answer.status == status)
        return try answer.decoded(Report.self)
    }

    private func write(roster home: String, language: String, role: String = "teacher") throws -> String {
        let folder = "\(home)/roster"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let users =
            "enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,"
            + "grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,"
            + "primaryOrgSourcedId,pronouns,metadata.homeLanguage"
        let common = "sourcedId,status,dateLastModified,"
        let files = [
            "manifest": "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.orgs,bulk\n"
                + "file.users,bulk\nfile.roles,bulk\nfile.classes,bulk\nfile.enrollments,bulk\n",
            "orgs": common + "name,type,identifier,parentSourcedId\nk1,,,Näidise Kool,school,,\n",
            "users": common + users + "\np601,,,true,n1,,Näidis,Õpilane 601,,,,,,,03,,,,,,k1,,\(language)\n"
                + "t1,,,true,n2,,Näidis,Õpetaja 1,,,o1@naide.example,,,,,,,,,,k1,,\n",
            "roles": common
                + "userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId\n"
                + "r1,,,p601,primary,student,2025-09-01,,k1,\nr2,,,t1,primary,\(role),,,k1,\n",
            "classes": common + "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,"
                + "termSourcedIds,subjects,subjectCodes,periods\nc1,,,3a,03,x,3a,homeroom,,k1,,,,\n",
            "enrollments": common
                + "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
                + "e1,,,c1,k1,p601,student,,,\ne2,,,c1,k1,t1,teacher,true,,\n",
        ]
        for (name, text) in files {
            try text.write(toFile: "\(folder)/\(name).csv", atomically: true, encoding: .utf8)
        }
        return folder
    }
}
