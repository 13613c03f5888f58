// swift-format-ignore-file
// Written by `make generate` from Twins/report.schema.json; edit that.

extension ReportPage {
    /// The JSON Schema of what `json()` gives.
    public static let jsonSchema = ##"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "kubeskew report",
  "description": "What `kubeskew report --json` writes. Members may be added; none is taken away within a version.",
  "type": "object",
  "properties": {
    "schema": {
      "const": "kubeskew.dev/report/v1"
    },
    "tool_version": {
      "type": "string"
    },
    "made_at": {
      "type": "string",
      "description": "RFC 3339, UTC"
    },
    "narrowed_to": {
      "type": "string",
      "description": "which part of the lists is shown; empty for all"
    },
    "recording": {
      "type": "object",
      "properties": {
        "name": {
          "type": "string"
        },
        "first_at": {
          "type": "string",
          "description": "RFC 3339, UTC"
        },
        "last_at": {
          "type": "string",
          "description": "RFC 3339, UTC"
        },
        "requests": {
          "type": "integer"
        },
        "objects": {
          "type": "integer"
        },
        "owner_references": {
          "type": "integer"
        },
        "unread_lines": {
          "type": "integer"
        },
        "cut_records": {
          "type": "integer"
        },
        "servers": {
          "type": "array",
          "items": {
            "type": "object",
            "properties": {
              "name": {
                "type": "string"
              },
              "requests": {
                "type": "integer"
              },
              "with_bodies": {
                "type": "integer"
              },
              "unanswered": {
                "type": "integer"
              }
            },
            "required": [
              "name",
              "requests",
              "with_bodies",
              "unanswered"
            ]
          }
        },
        "missing_servers": {
          "type": "array",
          "items": {
            "type": "string"
          }
        },
        "inputs": {
          "type": "array",
          "items": {
            "type": "object",
            "properties": {
              "name": {
                "type": "string"
              },
              "sha256": {
                "type": [
                  "string",
                  "null"
                ],
                "description": "with --digests, of the file as it was then"
              }
            },
            "required": [
              "name",
              "sha256"
            ]
          }
        }
      },
      "required": [
        "name",
        "first_at",
        "last_at",
        "requests",
        "objects",
        "owner_references",
        "unread_lines",
        "cut_records",
        "servers",
        "missing_servers",
        "inputs"
      ]
    },
    "runs": {
      "type": "array",
      "items": {
        "$ref": "#/$defs/run"
      }
    },
    "changes": {
      "type": "array",
      "description": "between two runs",
      "items": {
        "type": "object",
        "properties": {
          "what": {
            "type": "string"
          },
          "before": {
            "type": "string"
          },
          "after": {
            "type": "string"
          }
        },
        "required": [
          "what",
          "before",
          "after"
        ]
      }
    },
    "controllers": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "at": {
            "type": "string",
            "description": "RFC 3339, UTC"
          },
          "component": {
            "type": "string"
          },
          "what": {
            "type": "string",
            "enum": [
              "started",
              "took-over",
              "resumed"
            ]
          },
          "server": {
            "type": "string"
          },
          "client": {
            "type": "string"
          }
        },
        "required": [
          "at",
          "component",
          "what",
          "server",
          "client"
        ]
      }
    }
  },
  "required": [
    "schema",
    "tool_version",
    "made_at",
    "narrowed_to",
    "recording",
    "runs",
    "changes",
    "controllers"
  ],
  "$defs": {
    "run": {
      "type": "object",
      "properties": {
        "run": {
          "type": "string",
          "description": "its name"
        },
        "mode": {
          "type": "string",
          "enum": [
            "as-recorded",
            "what-if"
          ]
        },
        "scenario": {
          "type": "string"
        },
        "requests": {
          "type": "integer"
        },
        "verdict": {
          "type": "object",
          "properties": {
            "mood": {
              "type": "string",
              "enum": [
                "bad",
                "doubtful",
                "good"
              ],
              "description": "good is an all-clear that the evidence carries"
            },
            "sentence": {
              "type": "string",
              "description": "the first sentence of the page"
            },
            "evidence": {
              "type": "string",
              "enum": [
                "complete",
                "partial",
                "insufficient"
              ]
            }
          },
          "required": [
            "mood",
            "sentence",
            "evidence"
          ]
        },
        "servers": {
          "type": "array",
          "items": {
            "type": "object",
            "properties": {
              "server": {
                "type": "string"
              },
              "processes": {
                "type": "array",
                "items": {
                  "type": "object",
                  "properties": {
                    "release": {
                      "type": "string"
                    },
                    "from": {
                      "type": "string",
                      "description": "RFC 3339, UTC"
                    },
                    "ready_at": {
                      "type": "string",
                      "description": "RFC 3339, UTC"
                    },
                    "until": {
                      "type": [
                        "string",
                        "null"
                      ],
                      "description": "null where it ran to the end"
                    }
                  },
                  "required": [
                    "release",
                    "from",
                    "ready_at",
                    "until"
                  ]
                }
              }
            },
            "required": [
              "server",
              "processes"
            ]
          }
        },
        "mixed": {
          "type": "array",
          "description": "when servers of different releases ran",
          "items": {
            "type": "object",
            "properties": {
              "from": {
                "type": "string",
                "description": "RFC 3339, UTC"
              },
              "until": {
                "type": "string",
                "description": "RFC 3339, UTC"
              }
            },
            "required": [
              "from",
              "until"
            ]
          }
        },
        "outcomes": {
          "type": "array",
          "description": "requests by what became of them",
          "items": {
            "type": "object",
            "properties": {
              "outcome": {
                "type": "string"
              },
              "certain": {
                "type": "integer"
              },
              "possible": {
                "type": "integer"
              }
            },
            "required": [
              "outcome",
              "certain",
              "possible"
            ]
          }
        },
        "counts": {
          "type": "array",
          "description": "all findings, whatever the lists are narrowed to",
          "items": {
            "type": "object",
            "properties": {
              "kind": {
                "type": "string"
              },
              "grade": {
                "type": "string",
                "enum": [
                  "observed",
                  "predicted",
                  "possible"
                ]
              },
              "findings": {
                "type": "integer"
              },
              "requests": {
                "type": "integer"
              }
            },
            "required": [
              "kind",
              "grade",
              "findings",
              "requests"
            ]
          }
        },
        "findings": {
          "type": "array",
          "description": "of each kind the gravest, 60 at most",
          "items": {
            "$ref": "#/$defs/finding"
          }
        },
        "restore_count": {
          "type": "integer"
        },
        "restore": {
          "type": "array",
          "description": "what to bring back, guard or clean up; 5000 at most",
          "items": {
            "$ref": "#/$defs/restoration"
          }
        },
        "client_count": {
          "type": "integer"
        },
        "clients": {
          "type": "array",
          "description": "those who suffered most",
          "items": {
            "$ref": "#/$defs/client"
          }
        },
        "exposed_count": {
          "type": "integer"
        },
        "exposed": {
          "type": "array",
          "description": "APIs that one server served while another refused them",
          "items": {
            "$ref": "#/$defs/exposure"
          }
        },
        "rollback": {
          "anyOf": [
            {
              "type": "null"
            },
            {
              "$ref": "#/$defs/rollback"
            }
          ]
        },
        "evidence": {
          "type": "array",
          "description": "what limits the run, the weightiest first",
          "items": {
            "$ref": "#/$defs/evidence"
          }
        }
      },
      "required": [
        "run",
        "mode",
        "scenario",
        "requests",
        "verdict",
        "servers",
        "mixed",
        "outcomes",
        "counts",
        "findings",
        "restore_count",
        "restore",
        "client_count",
        "clients",
        "exposed_count",
        "exposed",
        "rollback",
        "evidence"
      ]
    },
    "finding": {
      "type": "object",
      "properties": {
        "finding_id": {
          "type": "string"
        },
        "kind": {
          "type": "string"
        },
        "severity": {
          "type": "string",
          "enum": [
            "info",
            "warning",
            "error"
          ]
        },
        "grade": {
          "type": "string",
          "enum": [
            "observed",
            "predicted",
            "possible"
          ]
        },
        "summary": {
          "type": "string"
        },
        "subject": {
          "type": "string"
        },
        "requests": {
          "type": "integer"
        },
        "first_at": {
          "type": [
            "string",
            "null"
          ],
          "description": "RFC 3339, UTC"
        },
        "last_at": {
          "type": [
            "string",
            "null"
          ],
          "description": "RFC 3339, UTC"
        },
        "api_group": {
          "type": "string"
        },
        "api_version": {
          "type": "string"
        },
        "resource": {
          "type": "string"
        },
        "namespace": {
          "type": "string"
        },
        "user": {
          "type": "string"
        },
        "user_agent": {
          "type": "string"
        },
        "server": {
          "type": "string"
        },
        "object_count": {
          "type": "integer",
          "description": "objects deleted or condemned"
        },
        "evidence": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/exhibit"
          }
        },
        "in_other_run": {
          "type": "boolean"
        }
      },
      "required": [
        "finding_id",
        "kind",
        "severity",
        "grade",
        "summary",
        "subject",
        "requests",
        "first_at",
        "last_at",
        "api_group",
        "api_version",
        "resource",
        "namespace",
        "user",
        "user_agent",
        "server",
        "object_count",
        "evidence"
      ]
    },
    "exhibit": {
      "type": "object",
      "description": "a request that a finding rests on",
      "properties": {
        "request_id": {
          "type": "integer"
        },
        "role": {
          "type": "string"
        },
        "at": {
          "type": "string",
          "description": "RFC 3339, UTC"
        },
        "server": {
          "type": "string"
        },
        "servers": {
          "type": "string",
          "description": "its path, such as cp-1>cp-3"
        },
        "verb": {
          "type": "string"
        },
        "path": {
          "type": "string"
        },
        "status": {
          "type": "integer",
          "description": "0 where the answer was not recorded"
        },
        "not_found": {
          "type": "string",
          "description": "shape of a 404"
        },
        "audit_id": {
          "type": "string"
        },
        "source": {
          "type": "string"
        },
        "position": {
          "type": "integer",
          "description": "line of a log, or frame of a packet file"
        },
        "reason": {
          "type": "string"
        }
      },
      "required": [
        "request_id",
        "role",
        "at",
        "server",
        "servers",
        "verb",
        "path",
        "status",
        "not_found",
        "audit_id",
        "source",
        "position",
        "reason"
      ]
    },
    "restoration": {
      "type": "object",
      "properties": {
        "action": {
          "type": "string",
          "enum": [
            "restore",
            "guard",
            "clean-up"
          ]
        },
        "api_group": {
          "type": "string"
        },
        "api_version": {
          "type": "string"
        },
        "resource": {
          "type": "string"
        },
        "namespace": {
          "type": "string"
        },
        "name": {
          "type": "string"
        },
        "uid": {
          "type": "string"
        },
        "deleted_at": {
          "type": [
            "string",
            "null"
          ],
          "description": "RFC 3339, UTC"
        },
        "grade": {
          "type": "string",
          "enum": [
            "observed",
            "predicted",
            "possible"
          ]
        },
        "because": {
          "type": "string"
        },
        "finding": {
          "type": "string"
        }
      },
      "required": [
        "action",
        "api_group",
        "api_version",
        "resource",
        "namespace",
        "name",
        "uid",
        "deleted_at",
        "grade",
        "because",
        "finding"
      ]
    },
    "client": {
      "type": "object",
      "properties": {
        "user": {
          "type": "string"
        },
        "user_agent": {
          "type": "string"
        },
        "wrong_404": {
          "type": "integer"
        },
        "wrong_503": {
          "type": "integer"
        },
        "looped": {
          "type": "integer"
        },
        "unreachable": {
          "type": "integer"
        },
        "servers": {
          "type": "array",
          "description": "wrong answers by the server that was asked",
          "items": {
            "type": "object",
            "properties": {
              "server": {
                "type": "string"
              },
              "requests": {
                "type": "integer"
              }
            },
            "required": [
              "server",
              "requests"
            ]
          }
        },
        "first_at": {
          "type": "string",
          "description": "RFC 3339, UTC"
        },
        "last_at": {
          "type": "string",
          "description": "RFC 3339, UTC"
        },
        "resources": {
          "type": "array",
          "items": {
            "type": "string"
          }
        }
      },
      "required": [
        "user",
        "user_agent",
        "wrong_404",
        "wrong_503",
        "looped",
        "unreachable",
        "servers",
        "first_at",
        "last_at",
        "resources"
      ]
    },
    "exposure": {
      "type": "object",
      "properties": {
        "api_group": {
          "type": "string"
        },
        "api_version": {
          "type": "string"
        },
        "resource": {
          "type": "string"
        },
        "from": {
          "type": "string",
          "description": "RFC 3339, UTC"
        },
        "until": {
          "type": "string",
          "description": "RFC 3339, UTC"
        },
        "length_ns": {
          "type": "integer"
        },
        "refusing": {
          "type": "array",
          "items": {
            "type": "string"
          }
        },
        "serving": {
          "type": "array",
          "items": {
            "type": "string"
          }
        },
        "requests": {
          "type": "integer"
        },
        "client_count": {
          "type": "integer"
        }
      },
      "required": [
        "api_group",
        "api_version",
        "resource",
        "from",
        "until",
        "length_ns",
        "refusing",
        "serving",
        "requests",
        "client_count"
      ]
    },
    "rollback": {
      "type": "object",
      "properties": {
        "old_release": {
          "type": "string"
        },
        "new_release": {
          "type": "string"
        },
        "free_until": {
          "type": [
            "string",
            "null"
          ],
          "description": "null where going back stayed free"
        },
        "uses": {
          "type": "integer"
        }
      },
      "required": [
        "old_release",
        "new_release",
        "free_until",
        "uses"
      ]
    },
    "evidence": {
      "type": "object",
      "properties": {
        "kind": {
          "type": "string"
        },
        "weight": {
          "type": "string",
          "enum": [
            "blocks",
            "weakens",
            "notes"
          ]
        },
        "subject": {
          "type": "string"
        },
        "summary": {
          "type": "string"
        },
        "effect": {
          "type": "string"
        },
        "remedy": {
          "type": "string"
        }
      },
      "required": [
        "kind",
        "weight",
        "subject",
        "summary",
        "effect",
        "remedy"
      ]
    }
  }
}

"""##
}
