// swift-format-ignore-file
// Written by `make generate` from Scenarios/scenario.schema.json; edit that.

extension ScenarioFile {
    /// The JSON Schema of scenario files.
    public static let jsonSchema = ##"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://kubeskew.dev/v1alpha1/scenario.schema.json",
  "title": "kubeskew scenario",
  "description": "Which API server runs which release with which flags when.",
  "type": "object",
  "required": ["apiVersion", "kind"],
  "anyOf": [{"required": ["servers"]}, {"required": ["upgrade"]}],
  "additionalProperties": false,
  "properties": {
    "apiVersion": {"const": "kubeskew.dev/v1alpha1"},
    "kind": {"const": "Scenario"},
    "name": {"type": "string", "description": "What runs against it are called, unless --run says otherwise."},
    "origin": {
      "description": "What offsets count from: the recording's first request, or an instant.",
      "anyOf": [{"const": "capture"}, {"$ref": "#/$defs/instant"}]
    },
    "servers": {
      "description": "Each API server by its name, as the recording has it.",
      "type": "object",
      "additionalProperties": {"$ref": "#/$defs/server"}
    },
    "upgrade": {"$ref": "#/$defs/upgrade"},
    "extensions": {
      "description": "Custom resources and aggregated APIs: the same for every server.",
      "type": ["array", "null"],
      "items": {"$ref": "#/$defs/extension"}
    },
    "entry": {
      "description": "How requests reach servers: as recorded, drawn evenly, or drawn by weight.",
      "anyOf": [
        {"enum": ["recorded", "uniform"]},
        {
          "type": "object",
          "required": ["weights"],
          "additionalProperties": false,
          "properties": {"weights": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}}
        }
      ]
    },
    "loadBalancers": {
      "description": "What answers at an address that is no single server's.",
      "type": ["array", "null"],
      "items": {
        "type": "object",
        "required": ["address", "to"],
        "additionalProperties": false,
        "properties": {
          "address": {"$ref": "#/$defs/address"},
          "to": {"$ref": "#/$defs/names"},
          "strips": {"$ref": "#/$defs/names", "description": "Headers that it removes."}
        }
      }
    },
    "network": {
      "description": "Faults between servers.",
      "type": ["array", "null"],
      "items": {
        "type": "object",
        "required": ["from", "to"],
        "additionalProperties": false,
        "properties": {
          "from": {"type": "string"},
          "to": {"type": "string"},
          "at": {"$ref": "#/$defs/time"},
          "until": {"$ref": "#/$defs/time"},
          "fails": {"enum": ["refuse", "timeout", "tls"]}
        }
      }
    },
    "seed": {"type": "integer", "minimum": 0, "description": "For the draws that the real router makes at random."},
    "strictFlags": {"type": "boolean", "description": "Whether a proxy-client certificate that no flag names is missing."}
  },
  "$defs": {
    "duration": {
      "type": "string",
      "description": "Such as 90s, 1h30m, 250ms; negative where servers ran already.",
      "pattern": "^[-+]?(0|([0-9]+(\\.[0-9]+)?(ns|us|µs|μs|ms|s|m|h|d))+)$"
    },
    "instant": {
      "type": "string",
      "description": "An instant in RFC 3339.",
      "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]+([Zz]|[-+][0-9]{2}:[0-9]{2})$"
    },
    "time": {"anyOf": [{"$ref": "#/$defs/duration"}, {"$ref": "#/$defs/instant"}]},
    "release": {"description": "Such as 1.35 or v1.35.6.", "anyOf": [{"type": "string", "pattern": "^v?1\\.[0-9]+"}, {"type": "number"}]},
    "address": {"type": "string", "description": "HOST:PORT."},
    "names": {"type": ["array", "null"], "items": {"type": "string"}},
    "flags": {"type": ["array", "string", "null"], "items": {"type": "string"}, "description": "As on the command line of kube-apiserver."},
    "server": {
      "type": "object",
      "required": ["timeline"],
      "additionalProperties": false,
      "properties": {
        "hostname": {"type": "string", "description": "Decides the identity lease; the server's name unless it is given."},
        "address": {"$ref": "#/$defs/address"},
        "timeline": {"type": "array", "items": {"$ref": "#/$defs/event"}}
      }
    },
    "event": {
      "type": "object",
      "required": ["at"],
      "additionalProperties": false,
      "properties": {
        "at": {"$ref": "#/$defs/time"},
        "start": {"$ref": "#/$defs/release"},
        "ready": {"$ref": "#/$defs/duration", "description": "From the start of the process to /readyz."},
        "flags": {"$ref": "#/$defs/flags"},
        "stop": {"enum": ["graceful", "crash"]},
        "drain": {"$ref": "#/$defs/duration", "description": "How long open connections are served after a graceful stop."}
      }
    },
    "upgrade": {
      "description": "A whole rolling upgrade; scenario --check prints what it stands for.",
      "type": "object",
      "required": ["from", "to", "servers", "start"],
      "additionalProperties": false,
      "properties": {
        "from": {"$ref": "#/$defs/release"},
        "to": {"$ref": "#/$defs/release"},
        "servers": {"$ref": "#/$defs/names"},
        "order": {"$ref": "#/$defs/names"},
        "start": {"$ref": "#/$defs/time"},
        "down": {"$ref": "#/$defs/duration"},
        "drain": {"$ref": "#/$defs/duration"},
        "ready": {"$ref": "#/$defs/duration"},
        "settle": {"$ref": "#/$defs/duration"},
        "flags": {
          "type": "object",
          "additionalProperties": false,
          "properties": {"from": {"$ref": "#/$defs/flags"}, "to": {"$ref": "#/$defs/flags"}}
        }
      }
    },
    "extension": {
      "type": "object",
      "required": ["group", "version", "resources"],
      "additionalProperties": false,
      "properties": {
        "group": {"type": "string"},
        "version": {"type": "string"},
        "aggregated": {"type": "boolean", "description": "Served by an API server of its own."},
        "available": {"type": "boolean", "description": "Whether that API server answers."},
        "resources": {
          "type": "array",
          "minItems": 1,
          "items": {
            "type": "object",
            "required": ["name", "kind"],
            "additionalProperties": false,
            "properties": {"name": {"type": "string"}, "kind": {"type": "string"}, "namespaced": {"type": "boolean"}}
          }
        },
        "from": {"$ref": "#/$defs/time"},
        "until": {"$ref": "#/$defs/time"}
      }
    }
  }
}

"""##
}
