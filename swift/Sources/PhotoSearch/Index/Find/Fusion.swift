/// Joins the scores of meaning and of words to one order.
///
/// A convex combination of the two, each divided by its range (Bruch, Gai and Ingber 2023,
/// arXiv:2210.11934, eq. 5, "TM2C2"), on the scale of the cosine: a photo beside which no word stands
/// keeps its own. As `photosearch/query/fuse.py`.
enum Fusion {
    private static let meaning = 0.8  // share of the cosine; words have the rest

    /// The joint score of each photo of `meaning`.
    ///
    /// - Parameters:
    ///   - meaning: Cosines, by id.
    ///   - words: Lexical scores above 0, by id; a photo that is not there has none.
    static func joint(_ meaning: [Int64: Double], _ words: [Int64: Double]) -> [Int64: Double] {
        let most = words.values.max() ?? 0
        if most <= 0 { return meaning }
        let best = meaning.values.max() ?? 0
        let gain = (1 - Self.meaning) / Self.meaning * (best + 1) / most
        var joint = meaning
        for (id, score) in words {
            if let known = joint[id] { joint[id] = known + gain * score }
        }
        return joint
    }
}

extension Sequence {
    /// The first k in an order, sorted: of k elements at a time, only those before the k-th are kept.
    ///
    /// - Complexity: O(n log k) at most, and near O(n) where few come before those seen.
    func first(_ k: Int, by areInOrder: (Element, Element) -> Bool) -> [Element] {
        var kept: [Element] = []
        var last: Element?  // of k that were found
        for element in self {
            if let last, !areInOrder(element, last) { continue }
            kept.append(element)
            guard kept.count - k >= k else { continue }
            kept.sort(by: areInOrder)
            kept.removeSubrange(k...)
            last = kept.last
        }
        return Array(kept.sorted(by: areInOrder).prefix(k))
    }
}
