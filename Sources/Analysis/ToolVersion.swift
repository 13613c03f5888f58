/// The one place that holds the version; runs store it, reports print it.
public let toolVersion = "0.1.0"
