import CPhotoSearchKernels
import Dispatch

/// One text on its way through the layers, on one thread or two.
///
/// Each thread has some of the tokens and reads all of the weights, so they meet but once a layer: before
/// tokens look at one another. What a token becomes does not depend on how many threads there are.
///
/// Unchecked: no thread writes where another one reads or writes before they meet.
final class TowerRun: @unchecked Sendable {
    /// Tokens from which a second thread is worth its waking. Medians on two cores of an EPYC with AVX-512:
    /// 8 tokens take 1.5 ms instead of 1.9, 20 take 2.7 instead of 5.0, 6 gain nothing.
    static let fewest = 8
    /// What `ps_text_kernels.attend` writes beyond the last score.
    private static let padding = 16

    /// [tokens, width]: what each token is at the moment.
    let hidden: UnsafeMutablePointer<Float>
    private let mixed, wide, scores: UnsafeMutablePointer<Float>
    /// Of this layer and of the next: a thread may be ahead of the other.
    private let projected: [UnsafeMutablePointer<Float>]
    private let layers: [TowerLayer]
    private let memory: TowerMemory
    private let tokens, width, heads, widest: Int

    init(_ layers: [TowerLayer], _ memory: TowerMemory, tokens: Int, width: Int, heads: Int) {
        (self.layers, self.memory) = (layers, memory)
        (self.tokens, self.width, self.heads) = (tokens, width, heads)
        widest = layers.map { max(width, $0.up.outputs) }.max() ?? 0
        let sizes = [width, width, widest, 3 * width, 3 * width].map { tokens * $0 }
        let count = sizes.reduce(0, +) + 2 * (tokens + Self.padding)
        hidden = .allocate(capacity: count)
        hidden.initialize(repeating: 0, count: count)
        mixed = hidden + sizes[0]
        wide = mixed + sizes[1]
        projected = [wide + sizes[2], wide + sizes[2] + sizes[3]]
        scores = projected[1] + sizes[4]
    }

    deinit {
        hidden.deallocate()
    }

    /// Takes `hidden` through all of the layers.
    func all() {
        let threads = tokens < Self.fewest ? 1 : 2
        for step in 0...layers.count {
            if threads == 1 {
                go(step, Part(0..<tokens, scores))
            } else {
                DispatchQueue.concurrentPerform(iterations: threads) { thread in
                    let first = (tokens + 1) / 2
                    let mine = thread == 0 ? 0..<first : first..<tokens
                    go(step, Part(mine, scores + thread * (tokens + Self.padding)))
                }
            }
        }
    }

    /// The tokens that a thread has, and its room.
    private struct Part {
        let tokens: Range<Int>
        let scores: UnsafeMutablePointer<Float>

        init(_ tokens: Range<Int>, _ scores: UnsafeMutablePointer<Float>) {
            (self.tokens, self.scores) = (tokens, scores)
        }
    }

    /// The rest of one layer, from attention on, and the beginning of the next.
    private func go(_ step: Int, _ part: Part) {
        if step > 0 { finish(layers[step - 1], part, projected[(step - 1) % 2]) }
        if step < layers.count { project(layers[step], part, into: projected[step % 2]) }
    }

    /// To [tokens, 3 * width]: query, key and value of each token.
    private func project(
        _ layer: TowerLayer, _ part: Part, into qkv: UnsafeMutablePointer<Float>
    ) {
        let (first, count) = (part.tokens.lowerBound, part.tokens.count)
        for (index, linear) in [layer.query, layer.key, layer.value].enumerated() {
            linear.run(
                memory, hidden + first * width, tokens: count,
                into: qkv + (3 * first + index) * width, stride: 3 * width)
        }
    }

    private func finish(
        _ layer: TowerLayer, _ part: Part, _ qkv: UnsafePointer<Float>
    ) {
        let (first, count) = (part.tokens.lowerBound, part.tokens.count)
        let x = hidden + first * width
        let (mixed, wide) = (mixed + first * width, wide + first * widest)
        memory.kernels.attend(
            qkv, tokens, first, count, width, heads, part.scores, self.mixed)
        layer.out.run(memory, mixed, tokens: count, into: wide)
        add(wide, to: x, count * width)
        layer.norm1.run(memory, x, tokens: count, width: width)
        layer.up.run(memory, x, tokens: count, into: wide)
        memory.kernels.gelu(wide, count * layer.up.outputs)
        layer.down.run(memory, wide, tokens: count, into: mixed)
        add(mixed, to: x, count * width)
        layer.norm2.run(memory, x, tokens: count, width: width)
    }

    private func add(_ y: UnsafePointer<Float>, to x: UnsafeMutablePointer<Float>, _ count: Int) {
        for index in 0..<count { x[index] += y[index] }
    }
}
