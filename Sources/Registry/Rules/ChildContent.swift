import ServiceKit

/// All that a child's record says, as people keep it. Sealed as a whole in every version of the record.
struct ChildContent: Sendable, Hashable {
    var givenName = ""
    var familyName = ""
    /// Eleven digits; empty: none known.
    var isikukood = ""
    /// ISO; empty: not known.
    var birthDate = ""
    /// Of the home (BCP 47); empty: not known.
    var language = ""
    /// Nil: in no institution.
    var institution: InstitutionID?
    /// Class or kindergarten group.
    var className = ""
    /// 1 to 12; 0 kindergarten; -1 none.
    var grade = -1
    var residence = ""
    /// How the residence is known: by the population register, or where the child stays.
    var residenceBasis = ChildContent.byRegister
    var from = ""
    /// The day of leaving the institution; empty: still there.
    var left = ""
    var representatives: [Representative] = []
    var otherIDs: [OtherSystemID] = []

    static let byRegister = "register"
    static let placeOfStay = "place-of-stay"
    static let residenceBases: Set<String> = [byRegister, placeOfStay]

    /// Someone who speaks for the child.
    struct Representative: Sendable, Hashable {
        var name: String
        /// A code; empty: not known.
        var relation = ""
        var phone = ""
        var email = ""
        var language = ""

        static let relations: Set<String> = [
            "mother", "father", "guardian", "foster-parent", "institution", "other",
        ]
    }

    /// What another system calls the child.
    struct OtherSystemID: Sendable, Hashable {
        var system: String
        var id: String
    }

    /// The parts of a record that are changed, told and compared by name; raw values as in `children.proto`.
    enum Field: String, CaseIterable, Sendable {
        case givenName = "given_name"
        case familyName = "family_name"
        case isikukood
        case birthDate = "birth_date"
        case language
        case institution = "institution_id"
        case className = "class_name"
        case grade
        case residence = "residence_municipality"
        case residenceBasis = "residence_basis"
        case from
        case left
        case representatives
        case otherIDs = "other_ids"
    }

    var birthYear: Int { LocalDate(birthDate)?.components.year ?? 0 }

    /// The fields in which two contents differ.
    func fields(differingFrom other: ChildContent) -> [Field] {
        Field.allCases.filter { field in
            var copy = other
            copy.take(field, from: self)
            return copy != other
        }
    }

    mutating func take(_ field: Field, from other: ChildContent) {
        switch field {
        case .givenName: givenName = other.givenName
        case .familyName: familyName = other.familyName
        case .isikukood: isikukood = other.isikukood
        case .birthDate: birthDate = other.birthDate
        case .language: language = other.language
        case .institution: institution = other.institution
        case .className: className = other.className
        case .grade: grade = other.grade
        case .residence: residence = other.residence
        case .residenceBasis: residenceBasis = other.residenceBasis
        case .from: from = other.from
        case .left: left = other.left
        case .representatives: representatives = other.representatives
        case .otherIDs: otherIDs = other.otherIDs
        }
    }

    /// Takes what a row of a school's file says. The file knows one representative: it never replaces those whom
    /// people keep by hand, and a row without a code or birth date takes no known one away.
    mutating func take(_ row: PupilRow, institution: InstitutionID) {
        givenName = row.givenName
        familyName = row.familyName
        if !row.isikukood.isEmpty {
            isikukood = row.isikukood
            birthDate = row.birthDate
        } else if isikukood.isEmpty, !row.birthDate.isEmpty {
            birthDate = row.birthDate
        }
        language = row.language
        self.institution = institution
        className = row.className
        grade = row.grade
        residence = row.residence
        from = row.from
        left = row.left
        let areOfFile = representatives.allSatisfy {
            $0.relation.isEmpty && $0.phone.isEmpty && $0.language.isEmpty
        }
        if areOfFile {
            representatives =
                row.representative.isEmpty
                ? [] : [Representative(name: row.representative, email: row.representativeContact)]
        }
    }

    /// Where the child is, as other services are told. `municipality`: whose partition it is.
    func placement(institutionKind: String, municipality: String) -> Placement {
        Placement(
            institution: institution, institutionKind: institution == nil ? "" : institutionKind,
            schoolMunicipality: municipality, residence: residence, className: className, grade: grade,
            language: language, birthYear: birthYear, left: !left.isEmpty)
    }
}
