import FaissFormat
import PhotoSearch

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `photosearch-swift query`: the nearest vectors of an index file, and how long it takes.
enum FaissQuery {
    static let command = Command(name: "query", usage: usage, run: run)
    private static let usage = """
        query FILE.faiss QUERIES.npy [-k K] [--threads T] [--repeat R] [--json]    search a file

        The queries are float32 or float64 [N, D], finite, and not zeros alone where vectors are
        compared by inner product. Prints ids and scores, best first, as faiss does: -1 where there
        are fewer than K, and min_ms, the least time that one query took in R rounds over all of them;
        in the JSON also cpu_ms, the least of the processor's time.

          -k, --k K         at most this many of each query (20)
          --only IDS.npy    search these ids (int64 [M]) alone
          --ef EF           how many candidates an HNSW index keeps
          --two-stage       a first pass by short codes, then the best of them exactly
          --keep N          how many are scored exactly then (2000, and at least 20 K)
          --width D         how many numbers a short code has (\(ShortCodes.defaultWidth))
        """

    @Sendable
    private static func run(_ arguments: Arguments) async throws {
        let parsed = try arguments.parse(
            options: ["k", "threads", "repeat", "only", "ef", "keep", "width"],
            switches: ["json", "two-stage"],
            places: 2...2)
        let index = try openFaiss(parsed.places[0])
        let queries = try NumpyFile(path: parsed.places[1]).rows()
        try check(queries, of: parsed.places[1], for: index.metric)
        var options = SearchOptions()
        if parsed["ef"] != nil { options.efSearch = try parsed.integer("ef", default: 0) }
        if let only = parsed["only"] {
            options.selection = index.selection(ofIDs: try NumpyFile(path: only).integers())
        }
        if parsed.switches.contains("two-stage") {
            options.firstPass = try firstPass(parsed, index)
        }
        let run = QueryRun(
            index: index, queries: queries, options: options,
            k: try parsed.integer("k", default: 20),
            tasks: try parsed.integer("threads", default: 1))
        let rounds = try parsed.integer("repeat", default: 1)
        let (found, times) = try await run.timed(rounds: rounds)
        let padded = found.map { pad($0, to: run.k, metric: index.metric) }
        Output.write(
            parsed.switches.contains("json") ? json(padded, times) : text(padded, times.least))
    }

    private static func check(_ queries: [[Float]], of file: String, for metric: Metric) throws {
        for (row, query) in queries.enumerated() {
            switch metric {
            case .innerProduct: try QueryVectorCheck.requireDirection(query, "\(file): row \(row)")
            case .squaredDistance: try QueryVectorCheck.requireFinite(query, "\(file): row \(row)")
            }
        }
    }

    private static func firstPass(_ parsed: Parsed, _ index: FaissIndex) throws -> FirstPass {
        let keep = try parsed["keep"].map { _ in try parsed.integer("keep", default: 0) }
        let width = try parsed.integer("width", default: ShortCodes.defaultWidth)
        do {
            return FirstPass(codes: try ShortCodes(of: index, width: width), keep: keep)
        } catch let error as FaissError {
            throw PhotoSearchError(.usage, "--two-stage: \(error)")
        }
    }

    /// As faiss does: no id, and the worst score there is.
    private static func pad(_ hits: [Neighbour], to k: Int, metric: Metric) -> [Neighbour] {
        let worst = Float.greatestFiniteMagnitude
        let none = Neighbour(id: -1, score: metric == .innerProduct ? -worst : worst)
        return hits + Array(repeating: none, count: k - hits.count)
    }

    private static func json(_ found: [[Neighbour]], _ times: QueryRun.Times) -> String {
        let ids = JSONOutput.list(found.map { JSONOutput.list($0.map { "\($0.id)" }) })
        let scores = JSONOutput.list(
            found.map { JSONOutput.list($0.map { JSONOutput.number($0.score) }) })
        let took = "\"min_ms\": \(times.least), \"cpu_ms\": \(times.leastProcessor)"
        return "{\"ids\": \(ids), \"scores\": \(scores), \(took)}\n"
    }

    private static func text(_ found: [[Neighbour]], _ least: Double) -> String {
        var lines = ""
        for (query, hits) in found.enumerated() {
            for hit in hits { lines += "\(query)\t\(hit.id)\t\(hit.score)\n" }
        }
        return lines + "min_ms\t\(least)\n"
    }
}

/// Queries to be answered one after the other.
private struct QueryRun {
    let index: FaissIndex
    let queries: [[Float]]
    let options: SearchOptions
    let k: Int
    let tasks: Int

    /// The least milliseconds for one query.
    struct Times {
        var least = Double.infinity
        /// Of the processor: what other processes take does not count.
        var leastProcessor = Double.infinity
    }

    /// The answers of the last round, and how long one query took.
    func timed(rounds: Int) async throws -> (found: [[Neighbour]], times: Times) {
        var found: [[Neighbour]] = []
        var times = Times()
        for _ in 0..<rounds {
            found.removeAll(keepingCapacity: true)
            for query in queries {
                let started = ContinuousClock.now
                let used = Self.processorMilliseconds()
                found.append(try await answer(query))
                times.leastProcessor = min(
                    times.leastProcessor, Self.processorMilliseconds() - used)
                times.least = min(times.least, (ContinuousClock.now - started) / .milliseconds(1))
            }
        }
        return (found, queries.isEmpty ? Times(least: 0, leastProcessor: 0) : times)
    }

    /// How long this process has been run, on all its threads.
    private static func processorMilliseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return 1e3 * Double(time.tv_sec) + 1e-6 * Double(time.tv_nsec)
    }

    private func answer(_ query: [Float]) async throws -> [Neighbour] {
        do {
            return try await index.search(query, k: k, options: options, tasks: tasks)
        } catch let error as FaissError {
            throw PhotoSearchError(.shape, "\(error)")
        }
    }
}
