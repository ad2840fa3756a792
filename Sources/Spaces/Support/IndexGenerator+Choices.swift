internal import Scoring

extension IndexGenerator {
  /// One of some choices, all equally likely.
  mutating func element<Choice>(of choices: [Choice]) -> Choice {
    choices[index(below: choices.count)]
  }

  /// One of some choices but for one that is made already, all others equally likely.
  mutating func element<Choice: Equatable>(
    of choices: [Choice], otherThan choice: Choice
  ) -> Choice {
    element(of: choices.filter { $0 != choice })
  }
}
