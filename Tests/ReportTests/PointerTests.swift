import Foundation
import Report
import Testing

@Suite("The timeline under a hand", .enabled(if: Chromium.isExpected, "chromium is not installed"))
struct PointerTests {
    /// The page of a week, its timeline in the middle of the window.
    private struct Timeline {
        let page: DrivenPage
        let left: Double
        let middle: Double
        let width: Double

        init() throws {
            page = try DrivenPage(
                String(decoding: Sample.week.rendered(), as: UTF8.self), width: 1_000, height: 800)
            let stage = "document.querySelector('.zoom').previousElementSibling"
            _ = try page.evaluate("\(stage).scrollIntoView({block: 'center'})")
            let box = try page.evaluate(
                "(r => [r.left, r.top + r.height / 2, r.width].join(' '))"
                    + "(\(stage).getBoundingClientRect())"
            ).split(separator: " ").compactMap { Double($0) }
            try #require(box.count == 3, "\(box)")
            (left, middle, width) = (box[0], box[1], box[2])
        }

        func at(_ part: Double) -> DrivenPage.Point { (left + part * width, middle) }

        func click(_ what: String) throws {
            _ = try page.evaluate("document.querySelector('.zoom [data-zoom=\(what)]').click()")
        }

        /// The seconds of the day that are shown, as the page says them; nil for all of it.
        func shown() throws -> ClosedRange<Int>? {
            let text = try page.evaluate("document.querySelector('.zoom output').textContent")
            let seconds = text.matches(of: /(\d\d):(\d\d):(\d\d)/).map { match in
                [match.1, match.2, match.3].reduce(0) { $0 * 60 + (Int($1) ?? 0) }
            }
            return seconds.count == 2 ? seconds[0]...seconds[1] : nil
        }
    }

    @Test("a drag moves what is shown, by a mouse and by a finger, and only once zoomed")
    func drags() throws {
        let timeline = try Timeline()
        let toTheRight = [0.4, 0.5, 0.6].map(timeline.at)
        try timeline.page.drag(toTheRight)
        #expect(try timeline.shown() == nil, "all of it has nowhere to go")
        try timeline.click("in")
        try timeline.click("in")
        let before = try #require(try timeline.shown())
        try timeline.page.drag(toTheRight)
        let earlier = try #require(try timeline.shown())
        #expect(earlier.lowerBound < before.lowerBound, "\(before) \(earlier)")
        #expect(abs(earlier.count - before.count) <= 1, "\(before) \(earlier)")
        // The button is up: what passes over the picture moves nothing.
        try timeline.page.move(to: timeline.at(0.2))
        #expect(try timeline.shown() == earlier)
        try timeline.page.touch(toTheRight.reversed().map { [$0] })
        let back = try #require(try timeline.shown())
        #expect(back.lowerBound > earlier.lowerBound, "\(earlier) \(back)")
        #expect(abs(back.count - before.count) <= 1, "\(before) \(back)")
    }

    @Test("two fingers stretch what is shown, around where they are")
    func pinches() throws {
        let timeline = try Timeline()
        try timeline.click("in")
        let before = try #require(try timeline.shown())
        let apart = [0.05, 0.1, 0.15, 0.2].map { [timeline.at(0.5 - $0), timeline.at(0.5 + $0)] }
        try timeline.page.touch(apart)
        let closer = try #require(try timeline.shown())
        // Four times as far apart: about a quarter of it.
        #expect(closer.count < before.count * 2 / 5, "\(before) \(closer)")
        #expect(closer.count > before.count / 8, "\(before) \(closer)")
        #expect(before.contains(closer.lowerBound) && before.contains(closer.upperBound))
        try timeline.page.touch(apart.reversed())
        let wider = try #require(try timeline.shown())
        #expect(wider.count > closer.count * 2, "\(closer) \(wider)")
    }
}
