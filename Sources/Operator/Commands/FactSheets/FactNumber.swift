import Contracts

/// A number of a fact sheet as the page tells it.
enum FactNumber: Sendable, Equatable {
    case told(Int)
    case below
    case hidden
    case near(Int)
    /// Nobody has counted it.
    case missing

    init(_ cell: RegistryFactCell) {
        self =
            switch cell.state {
            case "shown": .told(Int(cell.value))
            case "below": .below
            case "near": .near(Int(cell.value))
            default: .hidden
            }
    }

    func text(_ language: FactSheetLanguage) -> String {
        switch self {
        case .told(let count): String(count)
        case .below: "<10"
        case .hidden: language.text("varjatud", "hidden")
        case .near(let count): language.text("umbes \(count)", "about \(count)")
        case .missing: language.text("andmeid ei ole", "no data")
        }
    }

    /// For a bar; nil: there is no length to draw.
    var length: Int? {
        switch self {
        case .told(let count), .near(let count): count
        case .below, .hidden, .missing: nil
        }
    }
}

/// The released tables of one measure, the oldest first.
struct FactSeries: Sendable {
    struct Point: Sendable {
        var from: String
        var asOf: String
        /// In the order of the categories, the total last.
        var numbers: [FactNumber]
    }
    var measure: String
    /// The total's "" last.
    var categories: [String]
    var points: [Point]

    init(_ measure: String, in sheet: RegistryFactSheet) {
        self.measure = measure
        let tables = sheet.tables.filter { $0.measure == measure }.sorted { $0.from < $1.from }
        categories = (tables.last?.categories ?? []) + [""]
        let own = categories
        points = tables.map { table in
            let cells = table.rows.first?.cells ?? []
            let codes = table.categories + [""]
            // A category that an older program did not know is missing there.
            let numbers = own.map { category -> FactNumber in
                guard let place = codes.firstIndex(of: category), place < cells.count else { return .missing }
                return FactNumber(cells[place])
            }
            return Point(from: table.from, asOf: table.asOf, numbers: numbers)
        }
    }

    func total(_ from: String) -> FactNumber {
        points.first { $0.from == from }?.numbers.last ?? .missing
    }
}
