internal import ArgumentParser

/// A search space that a command takes by name.
enum SpaceName: String, CaseIterable, ExpressibleByArgument {
  case nasBench201 = "nas-bench-201"
  case mobileNetV2 = "mobilenet-v2"
}
