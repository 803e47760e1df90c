import ServiceKit
import Store
import Tables

/// One file of pupils on its way into a partition: read, decided against what is stored, then written or only counted.
struct PupilImport: Sendable {
    var institution: Institution
    var rows: [PupilRow] = []
    var rowCount = 0
    var faults: [Fault] = []
    /// What was put right.
    var notes: [Note] = []

    /// Something that was put right with certainty: where first, and in how many rows.
    struct Note: Sendable, Hashable {
        var fault: Fault
        var rows: Int
    }

    /// Reads a file; what is wrong in it is in `faults`.
    init(csv: [UInt8], institution: Institution, today: LocalDate) {
        self.institution = institution
        var reader = PupilReader(institutionKind: institution.kind, today: today)
        let sheet = TableSheet(csv, PupilRow.format)
        // Rows with a value that could not be read are looked at too, so that all that is wrong is told at once.
        let faulty = Set(sheet.faultyRows.map(\.number))
        for row in (sheet.rows + sheet.faultyRows).sorted(by: { $0.number < $1.number }) {
            let fields = sheet.fields(of: row)
            let value = reader.read(row: row.number) { fields[$0] ?? "" }
            if let value, !faulty.contains(row.number) { rows.append(value) }
        }
        rowCount = sheet.rowCount
        var told = sheet.faults.map { Fault($0) }
        notes = sheet.notes.map { Note(fault: Fault($0.fault), rows: $0.rows) }
        let places = Set(told.map { "\($0.row) \($0.column)" })
        told += reader.faults.filter { !places.contains("\($0.row) \($0.column)") }
        faults = told.sorted { ($0.row, Self.place($0.column)) < ($1.row, Self.place($1.column)) }
    }

    /// A column's place in the format; what is about the whole row goes first.
    private static func place(_ column: String) -> Int {
        PupilRow.format.columns.firstIndex { $0.name == column } ?? -1
    }

    /// What is to be done with one row.
    struct Step: Sendable {
        var row: PupilRow
        var decision: PupilDecision
        var existing: ChildRecord?
        var placement: Placement
        var codeHash: [UInt8]?
        var contentHash: [UInt8]
        var pupilHash: [UInt8]
        var isRemembered: Bool
    }

    struct Plan: Sendable {
        var steps: [Step] = []
        var faults: [Fault] = []

        /// The children who are known already.
        var children: [ChildID] { steps.compactMap { $0.existing?.id } }

        var counts: ImportCounts {
            var counts = ImportCounts()
            for step in steps {
                switch step.decision {
                case .create: counts.created += 1
                case .unchanged: counts.unchanged += 1
                case .change: counts.changed += 1
                case .rememberOnly:
                    if step.isRemembered { counts.unchanged += 1 } else { counts.changed += 1 }
                case .refuse: break
                }
            }
            return counts
        }
    }

    /// Decides every row against the stored children; writes nothing.
    func plan(_ seal: ChildSeal, in transaction: any Transaction) throws -> Plan {
        var plan = Plan()
        let pupilIDs = try ChildStore.pupilIDs(of: institution.id, transaction)
        let here = Dictionary(
            try ChildStore.children(of: institution.id, transaction).map { ($0.id, $0) }
        ) { first, _ in first }
        var taken: Set<ChildID> = []
        for row in rows {
            var placement = Placement(
                institution: institution.id, institutionKind: institution.kind,
                schoolMunicipality: institution.municipality, residence: row.residence,
                className: row.className,
                grade: row.grade, language: row.language, birthYear: row.birthYear, left: !row.left.isEmpty)
            let pupilHash = try seal.hash(pupil: row.externalID, of: institution.id)
            let codeHash = try seal.hash(isikukood: row.isikukood)
            let contentHash = try seal.hash(row, of: institution.id)
            var candidates = PupilDecision.Candidates()
            if let id = pupilIDs[pupilHash] {
                candidates.byExternalID = try here[id] ?? ChildStore.child(id, transaction)
            }
            if let codeHash { candidates.byCode = try ChildStore.child(codeHash: codeHash, transaction) }
            let known = candidates.byExternalID ?? candidates.byCode
            // A row without date and code takes no known year away.
            if placement.birthYear == 0, let known { placement.birthYear = known.placement.birthYear }
            var decision = try PupilDecision.decide(
                row, placement: placement, codeHash: codeHash, contentHash: contentHash,
                candidates: candidates
            ) {
                guard let known, known.placement.isHere,
                    let sealed = try ChildStore.sealed(known.id, transaction)
                else {
                    return false
                }
                return try seal.birthDate(sealed, of: known.id, subjectKey: known.subjectKey) == row.birthDate
            }
            if let known, !known.placement.isHere, !decision.isRefusal {
                // Handed over: the school's old row says nothing new, and one of a later day does not take the child
                // back: where it is now, people have accepted it, and they give it back.
                decision =
                    row.from <= known.handedOver
                    ? .rememberOnly
                    : .refuse(
                        Fault(
                            row.row, "from", "handed-over",
                            Bilingual(
                                et: "Laps on üle antud teisele omavalitsusele.",
                                en: "The child was handed over to another municipality."),
                            Bilingual(
                                et: "Palu seal last tagasi pakkuda, võta vastu ja impordi siis uuesti.",
                                en: "Ask there for the child to be offered back, accept, then import again."))
                    )
            }
            if let known, !taken.insert(known.id).inserted {
                decision = .refuse(
                    Fault(
                        row.row, "pupil", "same-child-twice",
                        Bilingual(
                            et: "Üks eelmine rida on sama lapse kohta.",
                            en: "An earlier row is about the same child."),
                        Bilingual(
                            et: "Jäta igale lapsele üks rida ühe õpilase koodiga.",
                            en: "Keep one row for each child, under one pupil id.")))
            }
            if case .refuse(let fault) = decision { plan.faults.append(fault) }
            plan.steps.append(
                Step(
                    row: row, decision: decision, existing: known, placement: placement, codeHash: codeHash,
                    contentHash: contentHash, pupilHash: pupilHash, isRemembered: pupilIDs[pupilHash] != nil))
        }
        return plan
    }
}
