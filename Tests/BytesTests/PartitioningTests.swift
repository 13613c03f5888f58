import Bytes
import Testing

@Suite("Searching what is in order") struct PartitioningTests {
    @Test("finds the first of those that belong, in arrays and in parts of them")
    func finding() {
        for count in 0..<20 {
            let numbers = Array(0..<count)
            for bound in 0...count {
                #expect(numbers.partitioningIndex { $0 >= bound } == bound)
                #expect(numbers[bound...].partitioningIndex { _ in true } == bound)
                #expect(numbers[..<bound].partitioningIndex { _ in false } == bound)
            }
        }
    }
}
