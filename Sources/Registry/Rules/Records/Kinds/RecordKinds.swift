/// All kinds of records that Registry keeps. A new area adds its list here.
enum RecordKinds {
    static let all: [RecordKind] =
        PlaceKinds.all + PeopleKinds.all + ResourceKinds.all + TemplateKinds.all + NetworkKinds.all
        + PersonaKinds.all + IndicatorKinds.all

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// Nil when there is no such kind.
    static func named(_ name: String) -> RecordKind? { byName[name] }
}
