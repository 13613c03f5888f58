extension Int64 {
    /// The sum, held at the ends of the scale: what people write may be as far away as they like.
    @inlinable
    public func clampedAdding(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
