/// Mends slips of typing: an unknown word becomes a known one that is a single slip away.
///
/// As `photosearch.text.spelling`, which says why: a word of 4 to 30 letters a to z that is not known
/// is replaced by the likeliest known word from which one slip behind the first letter makes it
/// (Damerau 1964, doi:10.1145/363958.363994). Candidates are written down and looked up.
struct Spelling: Sendable {
    private static let lengths = 4...30  // letters of a word that is mended
    private static let letters = UInt8(ascii: "a")...UInt8(ascii: "z")

    private let places: PieceTable  // of a list, the likelier first
    private let vocabulary: PieceTable  // behind it, by its ids

    /// - Parameters:
    ///   - words: A list, in lower case, the likelier first.
    ///   - vocabulary: Known behind the list, by its ids.
    init(words: [[UInt8]], vocabulary: PieceTable) {
        var places = PieceTable(capacity: words.count)
        for (place, word) in words.enumerated() {
            word.withUnsafeBufferPointer { places.insert($0, id: Int32(place)) }
        }
        (self.places, self.vocabulary) = (places, vocabulary)
    }

    /// The word that was probably meant; nil if it stays as it is.
    func mended(_ word: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard Self.lengths.contains(word.count), word.allSatisfy(Self.letters.contains),
            places.id(of: word, .of(word)) == nil, vocabulary.id(of: word, .of(word)) == nil
        else { return nil }
        let slips = Self.slips(of: Array(word))
        return Self.first(of: slips, in: places) ?? Self.first(of: slips, in: vocabulary)
    }

    private static func first(of words: [[UInt8]], in known: PieceTable) -> [UInt8]? {
        let found = words.compactMap { word in
            word.withUnsafeBufferPointer { known.id(of: $0, .of($0)) }.map { ($0, word) }
        }
        return found.min { $0.0 < $1.0 }?.1
    }

    /// What one slip behind the first letter makes of a word; some twice, and the word too.
    private static func slips(of word: [UInt8]) -> [[UInt8]] {
        var slips: [[UInt8]] = []
        for place in 1...word.count {
            let before = word[..<place]
            let behind = word[min(place + 1, word.count)...]
            let here = word[place..<min(place + 1, word.count)]
            if !here.isEmpty {
                slips.append(Array(before + behind))
                slips.append(Array(before + behind.prefix(1) + here + behind.dropFirst()))
            }
            for letter in letters {
                slips.append(Array(before + [letter] + here + behind))
                if !here.isEmpty { slips.append(Array(before + [letter] + behind)) }
            }
        }
        return slips
    }
}
