import ControlPlane
import KubeAPI

/// What one process holds of its peers, and the queue that its only worker takes from (F3.15).
struct PeerWorker {
    let release: Release
    /// The excluded group-versions, in the way of 1.35 and in the way of 1.36.
    var destructive = DestructiveExclusion()
    var manager = ExclusionManager()
    private var cache = PeerDocumentCache()
    /// By peer: where no raw copy is kept.
    private var entries: [String: PeerDocumentCache.Entry] = [:]
    /// By item of the queue: how often it was put back (F3.19).
    private var requeues: [Int: Int] = [:]
    /// Items that wait for the worker: none twice.
    private var queued: Set<Int> = []
    /// By item that was put back: when its pause is over (F3.41).
    private var pauses: [Int: Int64] = [:]
    var busyUntil: Int64 = .min

    init(_ release: Release) { self.release = release }

    /// What is held of each peer, exclusions applied.
    var held: [String: PeerDocumentCache.Entry] {
        release.has(.keepsWhatPeersSaid) ? cache.filtered : entries
    }

    /// All peers were read anew (F3.18).
    mutating func store(_ read: [String: PeerDocumentCache.Entry]) {
        if release.has(.keepsWhatPeersSaid) {
            cache.store(read, excluding: manager.excluded)
        } else {
            entries = read
            strike()
        }
    }

    /// - Returns: whether the item is new in the queue.
    mutating func enqueue(_ item: Int) -> Bool { queued.insert(item).inserted }

    mutating func dequeue(_ item: Int) { queued.remove(item) }

    /// When an item whose reading failed comes back; nil where it is given up, or comes back sooner
    /// anyhow.
    mutating func putBack(_ item: Int, at now: Int64) -> Int64? {
        let count = requeues[item, default: 0]
        guard count < (release.has(.excludesExtensions) ? 20 : 5) else {
            requeues[item] = nil
            return nil
        }
        requeues[item] = count + 1
        let due = now + min(5 * .ms << Int64(count), 1000 * .s)
        guard due < pauses[item] ?? .max else { return nil }
        pauses[item] = due
        return due
    }

    /// - Returns: whether the item's pause ends now; one that was made shorter does not end twice.
    mutating func endPause(of item: Int, at instant: Int64) -> Bool {
        guard pauses[item] == instant else { return false }
        pauses[item] = nil
        return true
    }

    mutating func forget(_ item: Int) { requeues[item] = nil }

    /// A CRD or APIService came, or its deletion was seen.
    mutating func changed(_ id: GroupVersion, active: Set<GroupVersion>, at instant: Int64) {
        guard release.has(.excludesExtensions) else { return }
        if release.has(.keepsWhatPeersSaid) {
            manager.update(active: active, at: instant)
            cache.refilter(excluding: manager.excluded)
        } else if active.contains(id) {
            destructive.stored([id])
            strike()
        } else {
            destructive.deleted([id], stillUsed: active, at: instant)
        }
    }

    /// The check at the end of a grace.
    mutating func reap(at instant: Int64) {
        if release.has(.keepsWhatPeersSaid) {
            manager.reap(at: instant)
            cache.refilter(excluding: manager.excluded)
        } else {
            destructive.tick(at: instant)
        }
    }

    /// What 1.35 takes out is lost (F3.28).
    private mutating func strike() {
        guard release.has(.excludesExtensions) else { return }
        entries = entries.mapValues { entry in
            let left = FilteredPeerDiscovery.filter(
                resources: entry.resources, groups: entry.groups, excluding: destructive.excluded)
            return PeerDocumentCache.Entry(resources: left.resources, groups: left.groups)
        }.filter { !$0.value.resources.isEmpty || !$0.value.groups.isEmpty }
    }
}
