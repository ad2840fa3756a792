internal import ArgumentParser
internal import TrainingFreeNAS

/// The search spaces by name.
enum SpaceName: String, CaseIterable, ExpressibleByArgument {
  case nasBench201 = "nas-bench-201"
  case mobileNetV2 = "mobilenet-v2"
}
