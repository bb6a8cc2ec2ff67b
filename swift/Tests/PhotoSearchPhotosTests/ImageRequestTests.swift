import Testing

@testable import PhotoSearchPhotos

@Suite struct ImageRequestTests {
    @Test func theFirstAnswerCounts() async {
        let answer = await ImageRequest<Int>.answer { request in
            request.finish(.found(1))
            request.finish(.found(2))
            return {}
        }
        #expect(answer == .found(1))
    }

    @Test func anAnswerMayComeLater() async {
        let answer = await ImageRequest<Int>.answer { request in
            Task {
                await Task.yield()
                request.finish(.found(1))
            }
            return {}
        }
        #expect(answer == .found(1))
    }

    @Test func aCancelledTaskDoesNotWaitAndTakesTheQuestionBack() async {
        let cancelled = Counter()
        let (started, start) = AsyncStream<Void>.makeStream()
        let task = Task {
            await ImageRequest<Int>.answer { _ in
                start.yield()
                return { _ = cancelled.next() }
            }
        }
        for await _ in started { break }
        task.cancel()
        #expect(await task.value == .unavailable("cancelled"))
        #expect(cancelled.next() == 2)
    }

    @Test func aTaskThatIsCancelledAlreadyDoesNotWait() async {
        let cancelled = Counter()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await ImageRequest<Int>.answer { _ in { _ = cancelled.next() } }
        }
        #expect(await task.value == .unavailable("cancelled"))
        #expect(cancelled.next() == 2)
    }
}
