#!/usr/bin/env python3
"""Writes a pcap of plaintext HTTP/1.1 traffic with an API server, of about as many megabytes as asked.

    make-capture.py FILE MEGABYTES [--exchanges PER_CONNECTION] [--body BYTES]
"""
import argparse
import struct

parser = argparse.ArgumentParser()
parser.add_argument('file')
parser.add_argument('megabytes', type=int)
parser.add_argument('--exchanges', type=int, default=50)
parser.add_argument('--body', type=int, default=20_000)
options = parser.parse_args()

item = ('{"metadata":{"name":"pod-%06d","namespace":"shop","uid":"%08x-2222-4333-8444-555555555555",'
        '"resourceVersion":"4711","creationTimestamp":"2026-11-20T21:00:00Z","labels":{"app":"web",'
        '"tier":"front"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":'
        '"web-6d4cf56db6","uid":"11111111-2222-4333-8444-555555555555","controller":true,'
        '"blockOwnerDeletion":true}]},"spec":{"volumes":[{"name":"token","projected":{"sources":['
        '{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}}],"defaultMode":420}}],'
        '"containers":[{"name":"web","image":"registry.example.com/shop/web:1.2.3","command":'
        '["/bin/web","--listen=:8080"],"env":[{"name":"MODE","value":"production \\"quoted\\""}],'
        '"resources":{"limits":{"cpu":"1","memory":"512Mi"}},"terminationMessagePolicy":"File"}],'
        '"restartPolicy":"Always","dnsPolicy":"ClusterFirst","nodeName":"node-3"},"status":{"phase":'
        '"Running","conditions":[{"type":"Ready","status":"True"}],"hostIP":"10.1.2.3"}}')
count = max(1, options.body // len(item))
body = ('{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":['
        + ','.join(item % (n, n) for n in range(count)) + ']}').encode()
ask = (b'GET /api/v1/namespaces/shop/pods?limit=500 HTTP/1.1\r\nHost: 10.0.0.1:8001\r\nUser-Agent: '
       b'web-operator/v1.4 (linux/amd64)\r\nAccept: application/json\r\nAccept-Encoding: identity'
       b'\r\n\r\n')
answer = (b'HTTP/1.1 200 OK\r\nAudit-Id: %08x-2222-4333-8444-%012x\r\nCache-Control: no-cache, private'
          b'\r\nContent-Type: application/json\r\nDate: Fri, 20 Nov 2026 22:17:31 GMT\r\n'
          b'Content-Length: ' + str(len(body)).encode() + b'\r\n\r\n')
clock = 1_795_213_051_000_000
with open(options.file, 'wb', buffering=1 << 22) as out:
    out.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
    written, port, exchange = 24, 20_000, 0

    def packet(side, flags, payload):
        global clock, written
        clock += 7
        a, b = (port, 8001) if side == 0 else (8001, port)
        head = struct.pack(
            '>12sHBBHHHBBH4s4sHHIIBBHHH', b'', 0x0800, 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0,
            bytes([10, 0, 0, 9 - 8 * side]), bytes([10, 0, 0, 1 + 8 * side]), a, b,
            sequence[side] & 0xFFFFFFFF, sequence[1 - side] & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0)
        size = len(head) + len(payload)
        out.write(struct.pack('<IIII', clock // 10**6, clock % 10**6, size, size) + head + payload)
        written += 16 + size
        sequence[side] += len(payload) + (1 if flags & 3 else 0)

    while written < options.megabytes * 10**6:
        port = 20_000 + (port - 19_999) % 40_000
        sequence = [0xFFFFF000, 0x12345678]
        packet(0, 2, b''), packet(1, 18, b''), packet(0, 16, b'')
        for _ in range(options.exchanges):
            exchange += 1
            packet(0, 24, ask)
            data = answer % (exchange, exchange) + body
            for at in range(0, len(data), 1448):
                packet(1, 24, data[at:at + 1448])
            packet(0, 16, b'')
        packet(0, 17, b''), packet(1, 17, b'')
print(exchange, 'exchanges in', written, 'bytes')
