import Foundation
import PhotoSearch

func compact(_ index: PhotoIndex) async throws {
    try await index.publish()  // if more than 1,024 and more than an eighth of all have changed
    try await index.compact()  // if anything has
}

func move(_ index: PhotoIndex, to other: PhotoIndex, by file: URL) async throws -> (Int, Int) {
    let written = try await index.exportEmbeddings(to: file)
    let added = try await other.importEmbeddings(from: file)
    return (written, added)
}
