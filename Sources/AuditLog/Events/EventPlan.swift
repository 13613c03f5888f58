import CSimdjson

/// The walk over an event and, in passing, over the two bodies in it.
///
/// One pass over a record, however much is looked for in its bodies: most of a log with bodies is
/// bodies. A class for its deinit alone; the plan of bodies is everybody's.
final class EventPlan {
    let compiled: OpaquePointer
    let slots: EventSlots

    init() {
        let fields = EventField.allCases
        compiled = compilePlan(fields.map(\.path))
        CSJPlanNest(compiled, EventField.requestObject.rawValue, BodyPlan.compiled)
        CSJPlanNest(compiled, EventField.responseObject.rawValue, BodyPlan.compiled)
        slots = EventSlots(
            fields: Slots(base: .allocate(capacity: fields.count)),
            bodies: .allocate(capacity: 2))
        slots.fields.base.initialize(repeating: CSJValue(), count: fields.count)
        slots.bodies.initialize(to: BodyPlan.makeRoom())
        slots.bodies.advanced(by: 1).initialize(to: BodyPlan.makeRoom())
    }

    deinit {
        CSJPlanDestroy(compiled)
        slots.fields.base.deallocate()
        BodyPlan.free(slots.bodies[0])
        BodyPlan.free(slots.bodies[1])
        slots.bodies.deallocate()
    }
}

/// What one walk found of an event and of its bodies; valid until the next.
struct EventSlots {
    let fields: Slots<EventField>
    let bodies: UnsafeMutablePointer<CSJInner>

    subscript(_ field: EventField) -> CSJValue {
        @inline(__always) get { fields[field] }
    }

    var sent: Body { Body(value: self[.requestObject], inner: bodies[0]) }
    var answer: Body { Body(value: self[.responseObject], inner: bodies[1]) }
}
