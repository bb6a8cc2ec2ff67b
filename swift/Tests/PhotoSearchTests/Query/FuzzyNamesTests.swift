import Testing

@testable import PhotoSearch

@Suite struct FuzzyNamesTests {
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz".utf8)
    private static let space = UInt8(ascii: " ")

    /// What one slip makes of a key, written down; it may add a space, and takes none away.
    private func slips(_ key: [UInt8]) -> Set<[UInt8]> {
        var found: Set<[UInt8]> = []
        for place in 0...key.count {
            for added in Self.letters + [Self.space] {
                found.insert(with(key) { $0.insert(added, at: place) })
            }
            guard place < key.count, key[place] != Self.space else { continue }
            found.insert(with(key) { $0.remove(at: place) })
            for other in Self.letters { found.insert(with(key) { $0[place] = other }) }
            guard place + 1 < key.count, key[place + 1] != Self.space else { continue }
            found.insert(with(key) { $0.swapAt(place, place + 1) })
        }
        return found.subtracting([key])
    }

    private func with<Result>(_ key: [UInt8], _ change: (inout [UInt8]) -> Result) -> [UInt8] {
        var key = key
        _ = change(&key)
        return key
    }

    @Test(arguments: [
        "lisbno", "lisbon", "new yrok", "newyork", "new york1", "sanfrancisco", "pariss", "a", "9",
        "brecelona", "san josé", "los angelse", "oslo oslo", "berl in", "münchen", "zz top",
    ])
    func aNameIsFoundIfOneSlipMakesItOfTheKey(key: String) {
        var names: [[UInt8]] = []
        Gazetteer.forEachLine { name, rest in
            if rest.first == UInt8(ascii: "f") { names.append(Array(name)) }
        }
        let expected = slips(Array(key.utf8)).intersection(names)
        let found = FuzzyNames.all.names(oneSlipFrom: Array(key.utf8))
        #expect(names.count > 1_000 && Set(found) == expected && found.count == expected.count)
    }
}
