import Glibc
import Configuration
import ControlPlane
import Reference

// Holds many routing tables against reference runs: `RoutingOracle FIRST COUNT [PROBES]`, for
// `make test` and `make oracle`. Prints every difference, and ends with 1 where one was new.

let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
guard numbers.count >= 2 else {
    print("usage: RoutingOracle FIRST COUNT [PROBES]")
    exit(2)
}
let probes = numbers.count > 2 ? Int(numbers[2]) : 60
var found = 0
for seed in numbers[0]..<(numbers[0] + numbers[1]) {
    guard let difference = Oracle.difference(seed: seed, probes: probes) else { continue }
    if let reason = Oracle.open[seed] {
        print("seed \(seed), known (\(reason)): \(difference)")
    } else {
        found += 1
        print("seed \(seed): \(difference)")
    }
}
if numbers[1] == 1 {
    var random = Draws(seed: numbers[0])
    print(ScenarioFile.text(of: Scenario.random(&random), origin: .instant(0)))
}
print("\(numbers[1]) scenarios, \(found) differences")
exit(found == 0 ? 0 : 1)
