/// Encodes text to the token ids that a text tower reads, exactly as in Python.
public protocol Tokenizer: Sendable {
    /// The most tokens that `encode` gives, start and end included.
    var context: Int { get }

    /// The id that pads a batch.
    var padID: Int32 { get }

    /// Ids with start and end, cut to the context, not padded. Never fails.
    ///
    /// - Complexity: O(n) in the length of the text.
    func encode(_ text: String) -> [Int32]
}

extension ModelBundle {
    /// Loads the tokenizer that the manifest names.
    ///
    /// - Throws: `PhotoSearchError` of kind `bundle` if its files are missing or damaged, if it
    ///   pads with another id than the manifest says, or if it is a `huggingface` one, which only
    ///   Python reads.
    public func tokenizer() throws(PhotoSearchError) -> any Tokenizer {
        let directory = "\(path)/tokenizer"
        let text = manifest.text
        switch text.tokenizer {
        case .wordpiece:
            guard text.padID == 0 else {
                throw PhotoSearchError(
                    .bundle, "pad_id: got \(text.padID), expected 0 for wordpiece")
            }
            return try WordPiece(directory: directory, mends: listsWords, context: text.context)
        case .clipBPE:
            return try ClipBPE(
                directory: directory, context: text.context, padID: Int32(text.padID))
        case .huggingFace:
            throw PhotoSearchError(
                .bundle, "tokenizer: got 'huggingface', expected wordpiece or clip-bpe")
        }
    }
}

func checkContext(_ context: Int) throws(PhotoSearchError) {
    guard context >= 2 else {
        throw PhotoSearchError(
            .usage, "context: got \(context) tokens, expected at least 2 (start and end)")
    }
}

/// A hash table from byte strings to ids: open addressing, keys one after the other in memory.
///
/// Keys are compared byte by byte, unlike Swift strings, which are equal if they look alike.
struct PieceTable: Sendable {
    /// FNV-1a (Fowler, Noll and Vo), which can be carried on from one byte to the next.
    struct Hash {
        private(set) var value: UInt32 = 2_166_136_261

        @inline(__always)
        mutating func add(_ byte: UInt8) {
            value = (value ^ UInt32(byte)) &* 16_777_619
        }

        @inline(__always)
        static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> Hash {
            var hash = Hash()
            for byte in bytes { hash.add(byte) }
            return hash
        }
    }

    private struct Slot {
        var hash: UInt32 = 0
        var start: UInt32 = 0
        var length: UInt32 = 0
        var id: Int32 = -1  // below 0: free
    }

    private var slots: [Slot]
    private var bytes: [UInt8] = []
    /// How many different keys there are.
    private(set) var count = 0
    /// Bytes of the longest key.
    private(set) var longest = 0

    /// Makes an empty table with room for `capacity` keys.
    init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = Array(repeating: Slot(), count: size)
    }

    /// Adds a key; one that is there already gets the new id.
    mutating func insert(_ key: UnsafeBufferPointer<UInt8>, id: Int32) {
        let hash = Hash.of(key)
        let place = place(of: key, hash)
        if slots[place].id < 0 {
            count += 1
            longest = max(longest, key.count)
            slots[place].hash = hash.value
            slots[place].start = UInt32(bytes.count)
            slots[place].length = UInt32(key.count)
            bytes.append(contentsOf: key)
        }
        slots[place].id = id
        if 4 * count > 3 * slots.count { grow() }
    }

    /// The id of a key, whose hash the caller has already.
    @inline(__always)
    func id(of key: UnsafeBufferPointer<UInt8>, _ hash: Hash) -> Int32? {
        let id = slots[place(of: key, hash)].id
        return id < 0 ? nil : id
    }

    func id(of key: String) -> Int32? {
        var key = key
        return key.withUTF8 { id(of: $0, Hash.of($0)) }
    }

    /// Where the key is, or the free slot where it would be.
    @inline(__always)
    private func place(of key: UnsafeBufferPointer<UInt8>, _ hash: Hash) -> Int {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash.value ^ hash.value >> 15) & mask
        while true {
            let slot = slots[place]
            if slot.id < 0 || slot.hash == hash.value && isEqual(slot, key) { return place }
            place = (place + 1) & mask
        }
    }

    @inline(__always)
    private func isEqual(_ slot: Slot, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        guard Int(slot.length) == key.count else { return false }
        let start = Int(slot.start)
        for index in 0..<key.count where bytes[start + index] != key[index] { return false }
        return true
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: 2 * old.count)
        for slot in old where slot.id >= 0 {
            var place = Int(truncatingIfNeeded: slot.hash ^ slot.hash >> 15) & (slots.count - 1)
            while slots[place].id >= 0 { place = (place + 1) & (slots.count - 1) }
            slots[place] = slot
        }
    }
}
