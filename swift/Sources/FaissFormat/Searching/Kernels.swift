import CPhotoSearchKernels

/// Which implementation of the scans this process uses: the fastest that its processor can run, or
/// the one that the environment variable `PHOTOSEARCH_KERNEL` names.
///
/// Named, it shows on one machine what another one does: `scalar` everywhere; `avx2`,
/// `avx512` and `avx512vnni` on x86-64; `neon` and `neon-dotprod` on arm64. The variable is read once. What finds
/// a name that it does not know, or that the processor cannot run, opens nothing (see `check()`).
package enum Kernels {
    package static let variable = "PHOTOSEARCH_KERNEL"

    /// What this processor can run, the fastest last.
    package static let names = (0..<ps_kernels_count()).map {
        String(cString: ps_kernels_at($0).pointee.name)
    }

    private static let choice: Result<Int?, FaissError> = {
        do throws(FaissError) {
            // Foundation would copy the whole environment, and take the better part of a megabyte.
            return .success(try place(of: ps_environment(variable).map { String(cString: $0) }))
        } catch {
            return .failure(error)
        }
    }()

    private static let placeUsed = (try? choice.get()) ?? names.count - 1

    /// The implementation in use.
    static var used: ps_kernels { ps_kernels_at(placeUsed).pointee }

    /// Its name.
    package static var name: String { names[placeUsed] }

    /// The place among the implementations of the text tower that goes with it: they come in the
    /// same order, and what is not there stands for the last one.
    package static let textPlace = (try? choice.get()) ?? .max

    /// - Throws: `FaissError.inconsistent` if the variable names what this processor cannot run.
    package static func check() throws(FaissError) { _ = try choice.get() }

    /// - Returns: The place of a name; nil for none, or an empty one.
    static func place(of name: String?) throws(FaissError) -> Int? {
        guard let name, !name.isEmpty else { return nil }
        guard let place = names.firstIndex(of: name) else {
            throw FaissError.inconsistent(
                field: variable, got: name,
                expected: "what this processor can run: \(names.joined(separator: ", "))")
        }
        return place
    }
}
