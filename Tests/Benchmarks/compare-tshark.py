#!/usr/bin/env python3
"""Reads capture files with kubeskew and with tshark, and compares what they say and how long they take.

    compare-tshark.py KUBESKEW FILE [--keylog FILE] [--decode PORT,PORT]

Requests and responses are compared in number, and by method, path, user agent, status and audit id.
Prints the ratio of the times; exits with 1 where the two disagree.
"""
import argparse
import collections
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument('kubeskew')
parser.add_argument('file')
parser.add_argument('--keylog')
parser.add_argument('--decode', default='6443,6445')
options = parser.parse_args()

METHODS = {'get': 'GET', 'list': 'GET', 'watch': 'GET', 'create': 'POST', 'update': 'PUT',
           'patch': 'PATCH', 'delete': 'DELETE', 'deletecollection': 'DELETE', 'head': 'HEAD',
           'post': 'POST', 'put': 'PUT', 'options': 'OPTIONS'}
FIELDS = ['tcp.stream', 'http2.streamid', 'http2.headers.method', 'http2.headers.path',
          'http2.headers.user_agent', 'http2.headers.status', 'http2.header.name',
          'http2.header.value', 'http.request.method', 'http.request.uri', 'http.user_agent',
          'http.response.code', 'http.response.line']


def tshark(*more):
    command = ['tshark', '-r', options.file, '-Y', 'http2||http']
    for port in options.decode.split(','):
        command += ['-d', f'tcp.port=={port},tls']
    if options.keylog:
        command += ['-o', f'tls.keylog_file:{options.keylog}']
    began = time.monotonic()
    done = subprocess.run([*command, *more], capture_output=True, text=True, check=True)
    return done.stdout, time.monotonic() - began


def by_tshark():
    """Each exchange as tshark has it; HTTP/1.1 answers are paired by their order."""
    text, _ = tshark('-T', 'fields', '-E', 'occurrence=a', '-E', 'aggregator=\x1f',
                     *sum((['-e', field] for field in FIELDS), []))
    exchanges, first, responses = {}, collections.defaultdict(list), 0
    for line in text.splitlines():
        stream, ids, *rest = line.split('\t')
        rest = [value.split('\x1f') if value else [] for value in rest]
        methods, paths, agents, statuses, names, values, method1, path1, agent1, code1, lines1 = rest
        audit = [value for name, value in zip(names, values) if name == 'audit-id']
        if methods:
            # Of several frames in a packet those with heads carry them in their order.
            heads = [n for n in ids.split('\x1f') if n != '0']
            for number, (method, path) in enumerate(zip(methods, paths)):
                key = (stream, heads[min(number, len(heads) - 1)])
                exchanges[key] = [method, path, agents[number] if number < len(agents) else None,
                                  None, None]
        for number, status in enumerate(statuses):
            responses += 1
            for candidate in ids.split('\x1f'):
                exchange = exchanges.get((stream, candidate))
                if exchange and exchange[3] is None:
                    exchange[3] = status
                    exchange[4] = audit[number] if number < len(audit) else None
                    break
        for number, (method, path) in enumerate(zip(method1, path1)):
            exchange = [method, path, agent1[number] if number < len(agent1) else '', None, None]
            exchanges[(stream, 'h1', len(first[stream]))] = exchange
            first[stream].append(exchange)
        for code in code1:
            responses += 1
            waiting = [exchange for exchange in first[stream] if exchange[3] is None]
            if waiting:
                waiting[0][3] = code
                found = re.search(r'audit-id: ([^\\\s]+)', '\n'.join(lines1), re.I)
                waiting[0][4] = found and found.group(1)
    return list(exchanges.values()), responses


def by_kubeskew():
    path = os.path.join(tempfile.mkdtemp(), 'r.db')
    command = [options.kubeskew, 'capture', 'pcap', path, options.file, '-q']
    if options.keylog:
        command += ['--keylog', options.keylog]
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    took = time.monotonic() - began
    rows = sqlite3.connect(path).execute(
        'SELECT verb, path, query, user_agent, status, audit_id FROM v_request').fetchall()
    return [[METHODS.get(verb, verb.upper()), path + (f'?{query}' if query else ''), agent or '',
             str(status) if status else None, audit or None]
            for verb, path, query, agent, status, audit in rows], took


theirs, responses = by_tshark()
ours, took = by_kubeskew()
_, their_time = tshark('-T', 'json')
print(f'requests: kubeskew {len(ours)}, tshark {len(theirs)}')
print(f'responses: kubeskew {sum(1 for row in ours if row[3])}, tshark {responses}')


def normal(row, fields):
    return tuple((row[index] or '') for index in fields)


agree = len(ours) == len(theirs)
for name, fields in (('method, path, agent', (0, 1, 2)), ('path, status', (1, 3)),
                     ('path, audit id', (1, 4))):
    left = collections.Counter(normal(row, fields) for row in ours)
    right = collections.Counter(normal(row, fields) for row in theirs)
    print(f'{name}: {sum((left & right).values())} agree')
    for text, difference in (('kubeskew alone', left - right), ('tshark alone', right - left)):
        for row, count in sorted(difference.items()):
            print(f'  {text}: {row} x {count}')
    agree = agree and left == right
print(f'time: kubeskew {took:.2f} s, tshark {their_time:.2f} s, {their_time / took:.0f} times')
sys.exit(0 if agree else 1)
