import Bytes
import KubeAPI

/// The fixed words of an audit event.
extension ByteRun {
    /// The verb; the frequent ones come first.
    var verb: Verb {
        switch count {
        case 0: .none
        case 3: equals("get") ? .get : equals("put") ? .put : .other
        case 4: equals("list") ? .list : equals("head") ? .head : equals("post") ? .post : .other
        case 5:
            equals("watch")
                ? .watch
                : equals("patch")
                    ? .patch : equals("proxy") ? .proxy : equals("trace") ? .trace : .other
        case 6: equals("update") ? .update : equals("create") ? .create : sixLetterVerb
        case 7: equals("options") ? .options : equals("connect") ? .connect : .other
        case 16: equals("deletecollection") ? .deletecollection : .other
        default: .other
        }
    }

    private var sixLetterVerb: Verb { equals("delete") ? .delete : .other }

    /// The stage; where none is said the record is of a request that is over.
    var stage: Stage {
        switch count {
        case 15 where equals("ResponseStarted"): .responseStarted
        case 15 where equals("RequestReceived"): .requestReceived
        case 5 where equals("Panic"): .panic
        default: .responseComplete
        }
    }

    var level: AuditLevel {
        switch count {
        case 8: equals("Metadata") ? .metadata : .none
        case 7: equals("Request") ? .request : .none
        case 15: equals("RequestResponse") ? .requestResponse : .none
        default: .none
        }
    }
}
