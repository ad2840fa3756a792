/// Gives the logical slots of a walk as few physical ones as their lives allow.
struct SlotAllocator {
  /// The physical slots so far; a later walk reuses those of an earlier one.
  private(set) var slots: [WalkPlan.Slot] = []

  /// Places the slots of one walk.
  ///
  /// - Parameters:
  ///   - steps: the walk, on logical slots.
  ///   - shapes: the logical slots.
  ///   - first: a slot that is written before the first step.
  ///   - last: a slot that is read after the last step.
  /// - Returns: the walk on physical slots, and the physical slot of each logical one.
  mutating func place(
    _ steps: [WalkPlan.DerivativeStep], shapes: [WalkPlan.Slot], first: Int? = nil,
    keeping last: Int? = nil
  ) -> (steps: [WalkPlan.DerivativeStep], physical: [Int]) {
    var lastUse = [Int](repeating: -1, count: shapes.count)
    for (time, step) in steps.enumerated() {
      for slot in step.slots { lastUse[slot] = time }
    }
    if let last { lastUse[last] = steps.count }
    var free: [WalkPlan.Slot: [Int]] = [:]
    for (slot, shape) in slots.enumerated().reversed() { free[shape, default: []].append(slot) }
    var physical = [Int](repeating: -1, count: shapes.count)
    func place(_ logical: Int) -> Int {
      if physical[logical] >= 0 { return physical[logical] }
      if let reused = free[shapes[logical]]?.popLast() {
        physical[logical] = reused
      } else {
        slots.append(shapes[logical])
        physical[logical] = slots.count - 1
      }
      return physical[logical]
    }
    if let first { _ = place(first) }
    let placed = steps.enumerated().map { time, step in
      // A result never takes the place of an operand, so operands are freed after the step.
      let result = step.mapping(place)
      for slot in Set(step.slots).sorted() where lastUse[slot] == time {
        free[shapes[slot], default: []].append(physical[slot])
      }
      return result
    }
    return (placed, physical)
  }
}

extension WalkPlan.DerivativeStep {
  /// The step with its gate, named by a node until here, named by that node's value slot.
  func namingGates(by valueSlot: [Int: Int]) -> WalkPlan.DerivativeStep {
    guard case .combine(let plain, let gated, let gate?, let to) = self else { return self }
    return .combine(plain: plain, gated: gated, gate: valueSlot[gate], to: to)
  }
}
