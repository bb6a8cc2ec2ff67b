import FaissFormat
import Foundation
import Testing

@Suite struct SelectionTests {
    private static let unknown: Int64 = -77_777

    @Test(arguments: Record.all)
    func whatIsLeftOutAndWhatIsNotAreEverything(record: Record) throws {
        let index = try record.index()
        let ids = (0..<index.count).map { index.id(ofRow: $0) }
        for some in [ids.prefix(1), ids.suffix(2), ids[..<(ids.count / 2)], ids[...]]
        where !some.isEmpty {
            let left = Set(some)
            let rest = try #require(index.selection(withoutIDs: some + [Self.unknown]))
            #expect(rest.count == ids.count { !left.contains($0) })
            let options = SearchOptions(selection: rest)
            let found = try index.search(record.queries[0], k: ids.count, options: options)
            #expect(Set(found.map(\.id)) == Set(ids).subtracting(left))
        }
    }

    @Test(arguments: Record.all)
    func leavingNothingOutIsNoSelection(record: Record) throws {
        #expect(try record.index().selection(withoutIDs: [Self.unknown])?.count == nil)
    }
}
