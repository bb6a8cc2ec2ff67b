/// The well-known names that a slip of typing may mean.
///
/// A slip is a letter left out, added or replaced, two neighbours swapped (Damerau 1964,
/// doi:10.1145/363958.363994), or a space left out.
struct FuzzyNames: Sendable {
    static let all = FuzzyNames()

    private static let space = UInt8(ascii: " ")

    /// Of each length, the names one behind the other.
    private var byLength: [[UInt8]] = []

    private init() {
        Gazetteer.forEachLine { key, rest in
            guard rest.first == UInt8(ascii: "f") else { return }
            while byLength.count <= key.count { byLength.append([]) }
            byLength[key.count] += key
        }
    }

    /// Those that one slip makes of a key, or of which one makes the key, in bytewise order.
    ///
    /// - Complexity: O(n) in the names that are about as long.
    func names(oneSlipFrom key: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        key.withUnsafeBufferPointer { key in
            for length in max(key.count - 1, 1)...(key.count + 1) where length < byLength.count {
                byLength[length].withUnsafeBufferPointer { names in
                    for start in stride(from: 0, to: names.count, by: length) {
                        let name = UnsafeBufferPointer(rebasing: names[start..<(start + length)])
                        if Self.isSlip(key, name) { found.append(Array(name)) }
                    }
                }
            }
        }
        return found.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private typealias Bytes = UnsafeBufferPointer<UInt8>

    /// Whether a key is a name with one slip; their lengths differ by one at most.
    @inline(__always)
    private static func isSlip(_ key: Bytes, _ name: Bytes) -> Bool {
        var same = 0
        let least = min(key.count, name.count)
        while same < least, key[same] == name[same] { same += 1 }
        if key.count < name.count {  // left out
            return isSame(key, from: same, name, from: same + 1)
                && (name[same] == space || isLetter(name[same]))
        }
        if key.count > name.count {  // added
            return isSame(key, from: same + 1, name, from: same) && key[same] != space
        }
        guard same < least, key[same] != space else { return false }
        if isSame(key, from: same + 1, name, from: same + 1) { return isLetter(name[same]) }
        return same + 1 < least && key[same + 1] != space && key[same] == name[same + 1]
            && key[same + 1] == name[same] && isSame(key, from: same + 2, name, from: same + 2)
    }

    @inline(__always)
    private static func isSame(_ key: Bytes, from at: Int, _ name: Bytes, from start: Int) -> Bool {
        var (at, place) = (at, start)
        while at < key.count {
            if key[at] != name[place] { return false }
            (at, place) = (at + 1, place + 1)
        }
        return true
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}
