extension HumanServicesPackage {
    /// The same content as tables, one for each kind that occurs, and what tables could not carry.
    ///
    /// They cannot: tell null from absent, an unknown field that holds an object or list from its text, a
    /// number in a text field (or a text in a number field) from the other, `[]` from absent; give an object
    /// two parents of one kind, or a parent for which its table has no column; keep two contents of one id,
    /// pages, and the order of a list that differs from that of the table. `lost` names the places where that
    /// happened, found by nesting the tables again.
    public struct Tables: Sendable {
        /// The tables.
        public var package: HumanServicesPackage
        /// For each nested object that the tables were made from: how it comes back.
        public var differences: [JSONDifference]
        /// Nothing was lost, changed or added.
        public var isLossless: Bool { differences.allSatisfy(\.isIdentity) }
    }

    /// Writes nested objects as tables.
    public func asTables() throws(Finding) -> Tables {
        let view = FlatView(self)
        var result = HumanServicesPackage(specification.version)
        for type in specification.types {
            guard let rows = view.rows[type.name], !rows.isEmpty else { continue }
            result.tables.append(Self.table(rows, type))
        }
        let tops = roots()
        let again = try result.nested(tops.map(\.key))
        let differences = zip(tops, again).map { root, object in
            JSONDifference(from: .object(root.object), to: object.map { JSONValue.object($0) } ?? .null)
        }
        return Tables(package: result, differences: differences)
    }

    /// The objects at the top of the JSON files.
    private func roots() -> [(key: ObjectKey, object: JSONObject)] {
        var kept: [KeptValue] = []
        for document in documents {
            switch document.form {
            case .value(let value): kept.append(value)
            case .list(let values), .page(_, let values): kept += values
            case .tables(let tables): kept += tables.flatMap(\.rows)
            }
        }
        return kept.compactMap { value in
            guard case .one(let reference) = value, case .object(let object)? = pool.restored(value) else {
                return nil
            }
            return (reference.key, object)
        }
    }

    private static func table(_ rows: [FlatView.Row], _ type: ObjectDescription) -> TableFile {
        var columns = type.columns
        var known = Set(columns)
        for row in rows {
            for member in row.fields.members where known.insert(member.name).inserted {
                columns.append(member.name)
            }
        }
        func line(_ cells: [TableFile.Cell]) -> TableFile.Row {
            TableFile.Row(cells: cells, end: .carriageReturnLineFeed)
        }
        return TableFile(
            name: type.file, header: line(columns.map { .init(JSONValue.text($0)) }),
            rows: rows.map { row in
                let fields = row.fields.byName
                return line(columns.map { .init(fields[$0]) })
            })
    }
}

extension TableFile.Cell {
    /// A value as a table writes it; nil and null: nothing.
    init(_ value: JSONValue?) {
        let text: String
        switch value {
        case nil, .null:
            self.init("")
            return
        case .text(let content): text = content
        case .number(let spelled): text = spelled
        case .some(let other):
            text = String(decoding: JSONWriter.bytes(other, indent: nil), as: UTF8.self)
        }
        let quoted =
            text.isEmpty || text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
            || text.unicodeScalars.first?.value == 0xFEFF
        self.init(text, isQuoted: quoted)
    }
}
