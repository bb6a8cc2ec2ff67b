/// Mends slips of typing: an unknown word becomes a known one that is a single slip away.
///
/// As `photosearch.text.spelling`, which says why: a word of 4 to 30 letters a to z that is not known
/// is replaced by the likeliest known word from which one slip behind the first letter makes it
/// (Damerau 1964, doi:10.1145/363958.363994). Candidates are written down and looked up.
struct Spelling: Sendable {
    private static let lengths = 4...30  // letters of a word that is mended
    private static let letters = UInt8(ascii: "a")...UInt8(ascii: "z")

    private let places: PieceTable  // of a list, the likelier first
    private let vocabulary: PieceTable

    /// - Parameters:
    ///   - words: A list, in lower case, the likelier first.
    ///   - vocabulary: Known besides.
    init(words: [ArraySlice<UInt8>], vocabulary: PieceTable) {
        var places = PieceTable(capacity: words.count)
        // Backwards, so that of a word that is there twice the first place counts.
        for (place, word) in words.enumerated().reversed() {
            word.withUnsafeBufferPointer { places.insert($0, id: Int32(place)) }
        }
        (self.places, self.vocabulary) = (places, vocabulary)
    }

    /// The word that was probably meant; nil if it stays as it is.
    func mended(_ word: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard Self.lengths.contains(word.count), word.allSatisfy(Self.letters.contains),
            places.id(of: word, .of(word)) == nil, vocabulary.id(of: word, .of(word)) == nil
        else { return nil }
        var likeliest = Likeliest()
        Self.forEachSlip(of: word) { slip in
            likeliest.take(slip, at: places.id(of: slip, .of(slip)))
        }
        return likeliest.word
    }

    private struct Likeliest {
        private var place = Int32.max
        private(set) var word: [UInt8]?

        mutating func take(_ slip: UnsafeBufferPointer<UInt8>, at found: Int32?) {
            guard let found, found < place else { return }
            (place, word) = (found, Array(slip))
        }
    }

    /// What one slip behind the first letter makes of a word; some twice, and the word too.
    ///
    /// All are written into one buffer: each unknown word of a query has hundreds of slips.
    private static func forEachSlip(
        of word: UnsafeBufferPointer<UInt8>, _ visit: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let count = word.count
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count + 1) { slip in
            for place in 1...count {
                fill(slip, with: word, from: place, movedBy: 1)
                for letter in letters {
                    slip[place] = letter
                    visit(UnsafeBufferPointer(rebasing: slip[..<(count + 1)]))
                }
                guard place < count else { continue }
                fill(slip, with: word, from: place, movedBy: 0)
                for letter in letters {
                    slip[place] = letter
                    visit(UnsafeBufferPointer(rebasing: slip[..<count]))
                }
                slip[place] = word[min(place + 1, count - 1)]
                if place + 1 < count { slip[place + 1] = word[place] }
                visit(UnsafeBufferPointer(rebasing: slip[..<count]))
                fill(slip, with: word, from: place + 1, movedBy: -1)
                visit(UnsafeBufferPointer(rebasing: slip[..<(count - 1)]))
            }
        }
    }

    /// The word, its letters from a place on moved.
    private static func fill(
        _ slip: UnsafeMutableBufferPointer<UInt8>, with word: UnsafeBufferPointer<UInt8>,
        from place: Int, movedBy step: Int
    ) {
        for index in word.indices { slip[index < place ? index : index + step] = word[index] }
    }
}
