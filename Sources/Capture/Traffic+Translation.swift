import Bytes
import KubeAPI

extension Traffic {
    /// Adds what was read of a log with other names, in ours.
    ///
    /// Logs show neither documents nor headers.
    ///
    /// - Parameter lines: so many lines of its source were read before, by which its positions are
    ///   to be moved.
    mutating func append(
        _ other: consuming Traffic, _ translation: NamesTranslation, behind lines: Int64
    ) {
        let first = requests.count
        for theirs in other.requests {
            var request = translation.translated(theirs)
            request.auditID = translation.id(theirs.auditID)
            request.position += lines
            requests.append(request)
        }
        for var reject in other.rejects {
            reject.source = translation.source(Int64(reject.source))
            reject.position += lines
            rejects.append(reject)
        }
        for var revision in other.revisions {
            revision.server = translation.server(Int64(revision.server))
            revision.name = translation.string(Int64(revision.name))
            revisions.append(revision)
        }
        for object in other.objects {
            objects.append(translation.translated(object, behind: first))
        }
        appendParts(other, translation, behind: first)
    }

    /// What belongs to single requests.
    private mutating func appendParts(
        _ other: Traffic, _ translation: NamesTranslation, behind first: Int
    ) {
        for var deletion in other.deletions {
            deletion.request += first
            deletion.uid = translation.id(deletion.uid)
            deletion.resourceVersion = translation.string(Int64(deletion.resourceVersion))
            deletions.append(deletion)
        }
        for var field in other.fields {
            field.request += first
            field.name = translation.string(Int64(field.name))
            field.sent = field.sent.map { translation.string(Int64($0)) }
            field.shown = field.shown.map { translation.string(Int64($0)) }
            fields.append(field)
        }
        for var body in other.bodies {
            body.request += first
            bodies.append(body)
        }
    }
}

extension NamesTranslation {
    fileprivate func id(_ theirs: UniqueID) -> UniqueID {
        guard let text = theirs.internedText else { return theirs }
        return UniqueID(interned: string(Int64(text)))
    }

    fileprivate func translated(
        _ theirs: ObjectObservation, behind first: Int
    ) -> ObjectObservation {
        var object = theirs
        object.request += first
        object.uid = id(theirs.uid)
        object.group = string(Int64(theirs.group))
        object.version = string(Int64(theirs.version))
        object.kind = string(Int64(theirs.kind))
        object.resource = string(Int64(theirs.resource))
        object.namespace = string(Int64(theirs.namespace))
        object.name = string(Int64(theirs.name))
        object.finalizers = theirs.finalizers.map { string(Int64($0)) }
        object.owners = theirs.owners.map { translated($0) }
        return object
    }

    private func translated(_ theirs: OwnerReference) -> OwnerReference {
        var owner = theirs
        owner.group = string(Int64(theirs.group))
        owner.version = string(Int64(theirs.version))
        owner.kind = string(Int64(theirs.kind))
        owner.name = string(Int64(theirs.name))
        owner.uid = id(theirs.uid)
        return owner
    }
}
