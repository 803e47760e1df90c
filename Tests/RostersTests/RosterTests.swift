import Rosters
import Tables
import Testing

/// A made-up roster of one school with three pupils, two teachers and a guardian.
private func files(_ change: (inout [String: String]) -> Void = { _ in }) -> [String: [UInt8]] {
    var files = [
        "manifest.csv": """
        propertyName,value
        manifest.version,1.0
        oneroster.version,1.2
        file.academicSessions,bulk
        file.classes,bulk
        file.demographics,bulk
        file.enrollments,bulk
        file.orgs,bulk
        file.roles,bulk
        file.users,bulk
        file.courses,absent
        source.systemName,Näidis

        """,
        "academicSessions.csv": """
        sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear
        y26,,,2026/27,schoolYear,2026-09-01,2027-08-31,,2027

        """,
        "orgs.csv": """
        sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
        kov,,,Näidisvald,district,,
        k1,,,Näidise Kool,school,naidise-kool,kov

        """,
        "classes.csv": """
        sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,\
        schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods
        c5a,,,Viies a,05,x,5a,homeroom,,k1,y26,,,
        m5,,,Matemaatika 5,05,x,,scheduled,,k1,y26,,,

        """,
        "users.csv": """
        sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,\
        email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,\
        preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns,metadata.homeLanguage
        p1,,,true,n1,{isikukood:51503010017},Näidis,Õpilane 1,,,,,,g1,05,,,,,,k1,,ru
        p2,,,true,n2,,Näidis,Õpilane 2,,,,,,,05,,,,,,k1,,
        t1,,,true,n3,,Näidis,Õpetaja 1,,,o1@naide.example,,,,,,,,,,k1,,
        h1,,,true,n4,,Näidis,Juht 1,,,j1@naide.example,,,,,,,,,,k1,,
        g1,,,true,n5,,Näidis,Vanem 1,,,v1@naide.example,,,,,,,,,,,,

        """,
        "roles.csv": """
        sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId
        r1,,,p1,primary,student,2025-09-01,,k1,
        r2,,,p2,primary,student,,2026-11-02,k1,
        r3,,,t1,primary,teacher,,,k1,
        r4,,,h1,primary,principal,,,k1,
        r5,,,g1,primary,guardian,,,k1,

        """,
        "enrollments.csv": """
        sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
        e1,,,c5a,k1,p1,student,,,
        e2,,,m5,k1,p1,student,,,
        e3,,,c5a,k1,p2,student,,2026-09-01,2026-11-02
        e4,,,c5a,k1,t1,teacher,true,,

        """,
        "demographics.csv": """
        sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,\
        nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,\
        countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus
        p1,,,2015-03-01,,,,,,,,,,,,

        """,
    ]
    change(&files)
    return files.mapValues { Array($0.utf8) }
}

private func places(_ faults: [RosterFault]) -> [String] {
    faults.map { "\($0.file):\($0.fault.row):\($0.fault.column ?? "-"):\($0.fault.code)" }
}

@Suite("Reading a OneRoster 1.2 roster") struct RosterTests {
    private func schools(
        _ roster: Roster, _ defaults: RosterDefaults = RosterDefaults(language: "et", residence: "0792")
    ) throws -> [RosterSchool] {
        let today = try #require(Array("2026-11-22".utf8).withUnsafeBufferPointer { TableDate($0) })
        return roster.schools(defaults, today: today)
    }

    @Test("Pupils get class, grade, dates and representative; roles come from roles.csv")
    func pupils() throws {
        let roster = Roster(files: files())
        #expect(places(roster.faults).isEmpty && roster.notes.isEmpty)
        let school = try #require(try schools(roster).first)
        #expect(school.identifier == "naidise-kool" && school.name == "Näidise Kool")
        #expect(places(school.faults).isEmpty)
        #expect(
            String(decoding: school.csv, as: UTF8.self).split(separator: "\r\n").map(String.init) == [
                RosterSchool.columns.joined(separator: ","),
                "p1,Näidis,Õpilane 1,51503010017,2015-03-01,5a,5,ru,0792,Näidis Vanem 1,v1@naide.example,2025-09-01,",
                "p2,Näidis,Õpilane 2,,,5a,5,et,0792,,,2026-09-01,2026-11-02",
            ])
        #expect([2, 3].map { school.sourceRow($0) } == [2, 3])
        #expect(school.staff.map(\.role) == ["class-teacher", "head"])
        #expect(school.staff.first?.className == "5a")
    }

    @Test("What the roster cannot say has to be stated, and is not guessed")
    func defaults() throws {
        let school = try #require(try schools(Roster(files: files()), RosterDefaults()).first)
        #expect(school.pupilCount == 0)
        #expect(
            places(school.faults) == [
                "users.csv:2:metadata.residence:residence-unknown",
                "users.csv:3:metadata.homeLanguage:language-unknown",
            ])
    }

    @Test("The manifest is checked: versions, modes, files that are not there")
    func manifest() {
        func told(_ change: (inout [String: String]) -> Void) -> [String] {
            places(Roster(files: files(change)).faults)
        }
        #expect(told { $0["manifest.csv"] = nil } == ["manifest.csv:1:-:file-missing"])
        #expect(
            told { $0["manifest.csv"]?.replace("oneroster.version,1.2", with: "oneroster.version,1.1") }
                == ["manifest.csv:1:oneroster.version:version-unknown"])
        #expect(
            told { $0["manifest.csv"]?.replace("file.users,bulk", with: "file.users,all") }.first
                == "manifest.csv:1:file.users:mode-unknown")
        #expect(
            told { $0["manifest.csv"]?.replace("file.demographics,bulk", with: "file.demographics,delta") }
                == ["manifest.csv:1:file.demographics:delta-not-taken"])
        #expect(told { $0["users.csv"] = nil }.first == "users.csv:1:-:file-missing")
    }

    @Test("An optional file that is absent takes nobody away; one that is needed is asked for")
    func absent() throws {
        let without = Roster(
            files: files {
                $0["manifest.csv"]?.replace("file.demographics,bulk", with: "file.demographics,absent")
                $0["demographics.csv"] = nil
            })
        #expect(without.faults.isEmpty)
        #expect(try schools(without).first?.pupilCount == 2)
        let unannounced = Roster(
            files: files {
                $0["manifest.csv"]?.replace("file.demographics,bulk", with: "file.demographics,absent")
            })
        #expect(places(unannounced.notes) == ["demographics.csv:1:-:file-not-announced"])
        let needed = Roster(
            files: files { $0["manifest.csv"]?.replace("file.roles,bulk", with: "file.roles,absent") })
        #expect(places(needed.faults) == ["roles.csv:1:-:file-needed"])
    }

    @Test("Order and case of the header are fixed; metadata columns may follow")
    func header() {
        func told(_ old: String, _ new: String) -> [String] {
            places(Roster(files: files { $0["orgs.csv"]?.replace(old, with: new) }).faults).filter {
                $0.hasPrefix("orgs")
            }
        }
        #expect(told("name,type", "type,name") == ["orgs.csv:1:-:header-differs"])
        #expect(told("sourcedId,", "SourcedId,") == ["orgs.csv:1:-:header-differs"])
        #expect(told("parentSourcedId\n", "parentSourcedId,color\n") == ["orgs.csv:1:-:header-differs"])
        #expect(
            told(
                "parentSourcedId\nkov,,,Näidisvald,district,,\n",
                "parentSourcedId,metadata.color\nkov,,,N,district,,,\n")
                == ["orgs.csv:3:-:too-few-fields"])
    }

    @Test("A row of a wrong value is told, not read, and never counted as missing")
    func wrongRow() throws {
        let roster = Roster(
            files: files {
                $0["users.csv"]?.replace("p2,,,true", with: "p2,,,maybe")
                $0["roles.csv"]?.replace("r3,,,t1,primary,teacher", with: "r3,,,t1,primary,instructor")
            })
        #expect(
            places(roster.faults) == [
                "roles.csv:4:role:value-unknown", "users.csv:3:enabledUser:value-unknown",
            ])
        #expect(roster.unreadable[.users] == ["p2"] && roster.unreadable[.roles] == ["r3"])
        #expect(!"\(roster.faults)".contains("maybe") && !"\(roster.faults)".contains("instructor"))
        #expect(try schools(roster).first?.pupilCount == 1)
    }

    @Test("Extended values, an empty file, a deletion in a whole table, strange references, a CR in a field")
    func others() {
        func told(_ file: String, _ old: String, _ new: String) -> [String] {
            places(Roster(files: files { $0[file]?.replace(old, with: new) }).faults)
        }
        #expect(told("roles.csv", "principal", "ext:vice-principal").isEmpty)
        #expect(
            told("demographics.csv", "\np1,,,2015-03-01,,,,,,,,,,,,", "") == [
                "demographics.csv:1:-:file-empty"
            ])
        #expect(
            told("users.csv", "p2,,,true", "p2,tobedeleted,,true") == ["users.csv:3:status:status-in-bulk"])
        #expect(
            told("enrollments.csv", "e2,,,m5", "e2,,,m6") == [
                "enrollments.csv:3:classSourcedId:reference-unknown"
            ])
        #expect(told("orgs.csv", "Näidisvald", "\"Näidis\rvald\"") == ["orgs.csv:2:-:line-ending"])
        #expect(
            told("academicSessions.csv", "2026-09-01", "1.9.2026") == [
                "academicSessions.csv:2:startDate:date-not-iso"
            ])
        #expect(told("users.csv", "\np2,", "\np1,").contains("users.csv:3:sourcedId:duplicate-key"))
    }

    @Test("Whoever is in no class, or in two home classes, is told")
    func classes() throws {
        let none = Roster(
            files: files {
                $0["enrollments.csv"]?.replace("e3,,,c5a,k1,p2,student,,2026-09-01,2026-11-02\n", with: "")
            })
        #expect(places(try schools(none).flatMap(\.faults)) == ["users.csv:3:sourcedId:class-unknown"])
        let two = Roster(
            files: files {
                $0["classes.csv"]?.replace("Matemaatika 5,05,x,,scheduled", with: "Viies b,05,x,5b,homeroom")
            })
        #expect(places(try schools(two).flatMap(\.faults)) == ["users.csv:2:sourcedId:class-ambiguous"])
    }
}
