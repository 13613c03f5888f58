#!/usr/bin/env python3
"""Compares what kubeskew says with what really happened, on recorded cases and on worse logs of them.

    truth.py [--binary FILE] [--quick] [--cases A,B] [--variants X,Y] [--first X,Y] [--keep FOLDER]
             [--details]

For each case of captures/ and each variant of degrade.py: captures the logs, replays without a
scenario (the unharmed logs with the true scenario too), and compares verdicts, victims, leaked
namespaces and the exit status with truth.json and expect.json. Prints a table by variant and exits
with 1 where a certain verdict is contradicted, a wrong 404, a victim or a leak is invented, or the
exit status is 0 where the log holds such a thing or lacks a server.

`--first` harms each case with these variants before the others, one after the other: what two harms
take away between them must not make a verdict certain.

`--keep` keeps the recordings, so that the next run only replays; empty the folder when the schema
changes.
"""
import argparse, collections, concurrent.futures, gzip, json, os, shutil, sqlite3, subprocess, sys, tempfile
import degrade

HERE = os.path.dirname(os.path.abspath(__file__))
CAPTURES = os.path.join(HERE, '..', '..', 'captures')
# Small logs in which each kind of harm is to be found; seconds, for `make test`.
QUICK = (['namespaces-without-proxy', 'loop-through-load-balancer', 'probes-1.35-1.36-with-proxy'],
         ['0', '1', '2b', '3c', '4 no cp-2', '4 no cp-3', '4b', '5 cp-2 +2s', '5b cp-3 -30s', '6 ', '6b', '7b',
          '8b', '9d', '10c'])
SCENARIO = '0 with the true scenario'
LOCAL = frozenset(['local'])
RIGHT, WRONG, UNAVAILABLE = 'right-404', 'wrong-404', 'unavailable-503'


class Case:
    """What really happened in a recorded case, request by request."""

    def __init__(self, name, first=None, scratch=None):
        self.name, self.folder = name, os.path.join(CAPTURES, name)
        self.logs = degrade.load(self.folder)
        self.first = first or ''
        if first: self.logs = self.harmed(first, scratch)
        truth = self.read('truth.json', {})
        self.outcomes = {}
        for server, events in self.logs.items():
            for event in events: self.take(server, event)
        backend = {tuple(i) for i in truth.get('_ext_404_ids', {}).get('backend', [])}
        self.say(backend, LOCAL)
        self.say(truth.get('_proxied', []), {'proxied'})
        self.say(truth.get('_proxied_boundary', []), {'proxied', RIGHT, WRONG, 'local', UNAVAILABLE})
        boundary = truth.get('_boundary_ids', []) + truth.get('_ext_404_ids', {}).get('boundary', [])
        self.say(boundary, {RIGHT, WRONG})
        self.say(truth.get('_wrong_404_ids', []), {WRONG})
        # A 404 of the boundary may be said to be wrong, where a server that serves it was about;
        # one of a custom resource may not.
        self.say(truth.get('_ext_404_ids', {}).get('boundary', []), {RIGHT})
        self.say(truth.get('_looped', []), {'looped'})
        for probe in self.read('expect.json', []):
            if probe.get('audit'): self.say([(probe['server'], probe['audit'])], set(probe['outcome'].split('|')))
        self.by_audit = collections.defaultdict(set)
        for (_, audit), outcome in self.outcomes.items(): self.by_audit[audit] |= outcome
        self.victims = set(truth.get('wrong_gc', []))
        self.leaks = set(truth.get('leaked_namespaces', []))

    def harmed(self, variant, scratch):
        """The logs as a variant leaves them."""
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            degrade.T = folder
            logs = collections.defaultdict(list)
            for server, file in (i.split('=', 1) for i in degrade.VAR[variant](self.logs, self.folder)):
                data = open(file, 'rb').read()
                data = gzip.decompress(data) if data[:2] == b'\x1f\x8b' else data
                logs[server] += [json.loads(line) for line in data.splitlines() if line.strip()]
            return dict(logs)

    def read(self, name, otherwise):
        path = os.path.join(self.folder, name)
        return json.load(open(path)) if os.path.exists(path) else otherwise

    def say(self, requests, outcomes):
        for server, audit in requests: self.outcomes[server, audit] = frozenset(outcomes)

    def take(self, server, event):
        """What a record shows by itself; only what is not local is kept."""
        status = event.get('responseStatus') or {}
        code, message, key = status.get('code'), status.get('message', ''), (server, event['auditID'])
        if code == 404 and event.get('objectRef') and not status.get('details', {}).get('name'):
            if not message or message == 'the server could not find the requested resource':
                self.outcomes[key] = frozenset([RIGHT])
        elif code == 503:
            if message.startswith('Error getting ip and port info'): self.outcomes[key] = frozenset([UNAVAILABLE])
            elif not message: self.outcomes[key] = frozenset([UNAVAILABLE, 'local'])

    def truth(self, server, audit):
        """The outcomes that are right for a request."""
        return self.outcomes.get((server, audit)) or (self.by_audit.get(audit) if server not in self.logs else None) or LOCAL


class Result:
    """How one run compares with the truth."""

    def __init__(self):
        self.counts, self.exit, self.problems = collections.Counter(), None, collections.Counter()

    def judge(self, truth, outcome, certainty, where):
        # Who does not judge contradicts nothing.
        agrees, is_certain = outcome in truth, certainty == 'certain' and outcome != 'unjudged'
        if truth == LOCAL and agrees and is_certain: return
        if is_certain: self.counts['right' if agrees else 'wrong'] += 1
        else: self.counts['possible'] += 1
        if not agrees and is_certain: self.problems['certain', outcome, 'is', '|'.join(sorted(truth)), *where] += 1
        # Who was sent round in a circle got a wrong 404 too.
        if outcome == WRONG and WRONG not in truth and 'looped' not in truth:
            self.counts['false404'] += 1
            self.problems['false', outcome, 'is', '|'.join(sorted(truth)), *where] += 1
        # Where a server was starting or stopping, so that either can be said.
        if outcome == WRONG and truth == {RIGHT, WRONG}: self.counts['boundary404'] += 1
        if WRONG in truth and len(truth) == 1: self.counts['real404'] += 1
        if truth == {WRONG} and outcome == WRONG: self.counts['found404'] += 1


def check(case, recording, run, status, variant):
    result = Result()
    result.exit = status
    connection = sqlite3.connect(f'file:{recording}?mode=ro', uri=True)
    # What a what-if predicts is not what was.
    if connection.execute('SELECT mode FROM v_run WHERE run = ?', (run,)).fetchone() == ('what-if',): return result
    judged = set()
    rows = connection.execute(
        """SELECT r.server, r.audit_id, v.outcome, v.certainty, v.reason, r.api_group || '/' || r.api_version || '/' || r.resource
           FROM v_verdict AS v JOIN v_request AS r ON r.request_id = v.request_id WHERE v.run = ?""", (run,))
    for server, audit, outcome, certainty, reason, resource in rows:
        judged.add((server, audit))
        result.judge(case.truth(server, audit), outcome, certainty, (server, resource, reason))
    # What has no row is local for certain.
    present = connection.execute(
        'SELECT server, audit_id, status FROM v_request WHERE peer_proxied = 0 OR peer_proxied IS NULL').fetchall()
    later = {audit for (audit,) in connection.execute('SELECT audit_id FROM v_request WHERE peer_proxied = 1')}
    holds = False
    for server, audit, code in present:
        truth = case.truth(server, audit)
        if WRONG in truth and len(truth) == 1 and code == 404: holds = True
        if truth == LOCAL or (server, audit) in judged: continue
        # A later pass whose first is not in the log is what it looks like.
        result.judge(truth, 'local', 'certain', (server, 'plain', ''))
    victims = {'/'.join(row) for row in connection.execute(
        "SELECT namespace, resource, name FROM v_wrong_gc WHERE run = ?", (run,))}
    leaks = {row[0] for row in connection.execute(
        "SELECT DISTINCT namespace FROM v_namespace_risk WHERE run = ? AND kind = 'namespace-leak'", (run,))}
    result.counts['victims'], result.counts['leaks'] = len(victims & case.victims), len(leaks & case.leaks)
    result.counts['falsevictims'] = len(victims - case.victims) + len(leaks - case.leaks)
    for name in sorted(victims - case.victims): result.problems['victim', name] += 1
    for name in sorted(leaks - case.leaks): result.problems['leak', name] += 1
    if status == 0 and (holds or case.victims or case.leaks or '4' in (variant[0], case.first[:1])):
        result.counts['green'] += 1
        result.problems['exit', 0] += 1
    if status not in (0, 3, 4): result.problems['exit', status] += 1
    return result


def run_variant(case, variant, options):
    """Captures (where it is not kept) and replays one variant."""
    folder = tempfile.mkdtemp(dir=options.scratch)
    try:
        harms = f'{case.first}.{variant}' if case.first else variant
        tag = '%s.%s' % (case.name, ''.join(c if c.isalnum() else '-' for c in harms))
        recording = os.path.join(options.keep or folder, tag + '.db')
        if not os.path.exists(recording):
            make = degrade.VAR['0 as it is' if variant == SCENARIO else variant]
            degrade.T = folder
            try: inputs = make(case.logs, case.folder)
            except TypeError: return None  # no upgrade in this case, so no middle of it
            if not any(os.path.isdir(i.split('=')[-1]) or os.path.getsize(i.split('=')[-1]) for i in inputs): return None
            done = subprocess.run([options.binary, 'capture', 'audit', recording, *inputs], capture_output=True, text=True)
            if done.returncode: return failed('capture: ' + done.stderr.strip()[-200:])
        command = [options.binary, 'replay', recording]
        if variant == SCENARIO: command += ['--scenario', os.path.join(case.folder, 'scenario.yaml'), '--run', 'true']
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode not in (0, 3, 4): return failed('replay: ' + done.stderr.strip()[-200:])
        return check(case, recording, 'true' if variant == SCENARIO else 'as-recorded', done.returncode, variant)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def failed(what):
    result = Result()
    result.exit = 1
    result.problems[what] += 1
    return result


def work(name, first, variants, options):
    try: case = Case(name, first, options.scratch)
    except TypeError: return name, []  # no upgrade in this case, so no middle of it
    runs = ((variant, run_variant(case, variant, options)) for variant in variants)
    label = f'{name}, {first}' if first else name
    return label, [(variant, result) for variant, result in runs if result]


def chosen(words, all_of_them):
    """The names that begin with one of the words."""
    return [name for name in all_of_them if words is None or any(name.startswith(w) for w in words)]


COLUMNS = [('right', 'certain right'), ('wrong', 'certain wrong'), ('possible', 'possible'), ('false404', 'false wrong-404'), ('boundary404', 'wrong-404 at the boundary'),
           ('found404', 'wrong-404 found'), ('real404', 'of'), ('victims', 'victims'), ('leaks', 'leaks'),
           ('falsevictims', 'false victims, leaks'), ('green', 'false green')]


def report(results, details):
    by_variant = collections.OrderedDict()
    for name, runs in results:
        for variant, result in runs: by_variant.setdefault(variant, []).append((name, result))
    total, bad = collections.Counter(), 0
    print('| variant | ' + ' | '.join(title for _, title in COLUMNS) + ' | exit status |')
    print('|---' * (len(COLUMNS) + 2) + '|')
    for variant, runs in by_variant.items():
        sums, exits = collections.Counter(), collections.Counter()
        for _, result in runs: sums.update(result.counts); exits[result.exit] += 1
        total.update(sums)
        print(f'| {variant} | ' + ' | '.join(str(sums[key]) for key, _ in COLUMNS) + ' | ' + ', '.join(f'{n}× {e}' for e, n in sorted(exits.items())) + ' |')
    print('| all | ' + ' | '.join(str(total[key]) for key, _ in COLUMNS) + ' | |')
    for variant, runs in by_variant.items():
        for name, result in runs:
            bad += sum(result.problems.values())
            for problem, count in result.problems.most_common(None if details else 0):
                print(f'{name} × {variant}: {count} × {" ".join(str(p) for p in problem)}')
    return 1 if bad else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--binary', default=os.path.join(HERE, '..', '..', '.build', 'debug', 'kubeskew'))
    for flag in ('quick', 'details'): parser.add_argument('--' + flag, action='store_true')
    for option in ('cases', 'variants', 'first', 'keep'): parser.add_argument('--' + option)
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.scratch = '/dev/shm' if os.path.isdir('/dev/shm') else None
    if options.keep: os.makedirs(options.keep, exist_ok=True)
    cases, variants = QUICK if options.quick else (None, None)
    if options.cases: cases = options.cases.split(',')
    if options.variants: variants = options.variants.split(',')
    all_cases = sorted(n for n in os.listdir(CAPTURES) if os.path.exists(os.path.join(CAPTURES, n, 'truth.json')))
    cases, variants = chosen(cases, all_cases), chosen(variants, [SCENARIO, *degrade.VAR])
    # The largest first, so that no processor waits for it at the end.
    cases.sort(key=lambda n: -os.path.getsize(os.path.join(CAPTURES, n, 'audit-cp-1.log.gz')))
    firsts = chosen(options.first.split(','), degrade.VAR) if options.first else [None]
    work_of = [(case, first, variants, options) for case in cases for first in firsts]
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        results = list(pool.map(work, *zip(*work_of)))
    sys.exit(report(results, options.details))


if __name__ == '__main__': main()
