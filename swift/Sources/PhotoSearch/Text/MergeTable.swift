/// Pairs of token ids to merged ids, and the merging step of byte-pair encoding.
///
/// R. Sennrich, B. Haddow and A. Birch, "Neural machine translation of rare words with subword
/// units" (2016).
struct MergeTable: Sendable {
    /// The id that a pair becomes, and its rank: the lowest rank is merged first.
    struct Merge: Sendable {
        let rank: Int32
        let id: Int32
    }

    private struct Slot {
        var key: UInt64 = .max
        var merge = Merge(rank: 0, id: 0)
    }

    private static let short = 48  // symbols up to which looking at every pair beats a heap
    private static let never = Int32.max

    private var slots: [Slot]
    private let mask: Int

    init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = Array(repeating: Slot(), count: size)
        mask = size - 1
    }

    /// A pair that is there already gets the new merge.
    mutating func insert(_ first: Int32, _ second: Int32, _ merge: Merge) {
        let key = Self.key(first, second)
        slots[place(key)] = Slot(key: key, merge: merge)
    }

    @inline(__always)
    subscript(first: Int32, second: Int32) -> Merge? {
        let key = Self.key(first, second)
        let slot = slots[place(key)]
        return slot.key == key ? slot.merge : nil
    }

    /// Merges neighbouring ids until no pair is left to merge: lowest rank first, then leftmost.
    ///
    /// - Complexity: O(n log n) for long words.
    func merge(_ symbols: inout [Int32]) {
        if symbols.count <= Self.short {
            mergeShort(&symbols)
        } else {
            mergeLong(&symbols)
        }
    }

    private func mergeShort(_ symbols: inout [Int32]) {
        guard symbols.count > 1 else { return }
        withUnsafeTemporaryAllocation(of: Merge.self, capacity: symbols.count) { found in
            func look(_ at: Int) {
                found[at] = self[symbols[at], symbols[at + 1]] ?? Merge(rank: Self.never, id: 0)
            }
            for at in 0..<symbols.count - 1 { look(at) }
            while symbols.count > 1 {
                var best = 0
                for at in 1..<max(1, symbols.count - 1) where found[at].rank < found[best].rank {
                    best = at
                }
                if found[best].rank == Self.never { return }
                symbols[best] = found[best].id
                symbols.remove(at: best + 1)
                for at in best + 1..<max(best + 1, symbols.count - 1) { found[at] = found[at + 1] }
                if best > 0 { look(best - 1) }
                if best + 1 < symbols.count { look(best) }
            }
        }
    }

    /// Merges by a heap of candidates and a linked list, so that no merge moves the ids behind it.
    private func mergeLong(_ symbols: inout [Int32]) {
        let end = symbols.count
        var after = Array(1...end)
        var before = Array(-1..<end - 1)
        var queue = Heap()
        func offer(_ left: Int, _ right: Int) {
            guard left >= 0, right < end, let found = self[symbols[left], symbols[right]] else {
                return
            }
            queue.push(UInt64(found.rank) << 32 | UInt64(left))
        }
        for place in 0..<end - 1 { offer(place, place + 1) }
        while let key = queue.pop() {
            let left = Int(key & 0xFFFF_FFFF)
            let right = after[left]
            guard symbols[left] >= 0, right < end,
                let merge = self[symbols[left], symbols[right]], UInt64(merge.rank) == key >> 32
            else { continue }  // one of its sides has changed meanwhile
            (symbols[left], symbols[right]) = (merge.id, -1)
            after[left] = after[right]
            if after[left] < end { before[after[left]] = left }
            offer(before[left], left)
            offer(left, after[left])
        }
        symbols.removeAll { $0 < 0 }
    }

    @inline(__always)
    private static func key(_ first: Int32, _ second: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
    }

    @inline(__always)
    private func place(_ key: UInt64) -> Int {
        // Fibonacci hashing: Knuth, The Art of Computer Programming 3, section 6.4
        var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while slots[place].key != key, slots[place].key != .max { place = (place + 1) & mask }
        return place
    }
}

/// A binary min-heap.
private struct Heap {
    private var keys: [UInt64] = []

    mutating func push(_ key: UInt64) {
        keys.append(key)
        var at = keys.count - 1
        while at > 0, keys[at] < keys[(at - 1) / 2] {
            keys.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    mutating func pop() -> UInt64? {
        guard let least = keys.first, let last = keys.popLast() else { return nil }
        if keys.isEmpty { return least }
        keys[0] = last
        var at = 0
        while 2 * at + 1 < keys.count {
            var child = 2 * at + 1
            if child + 1 < keys.count, keys[child + 1] < keys[child] { child += 1 }
            if keys[at] <= keys[child] { break }
            keys.swapAt(at, child)
            at = child
        }
        return least
    }
}
