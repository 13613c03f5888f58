#!/usr/bin/env python3
"""Writes a pcap of HTTP/1.1 inside of TLS 1.3, of about as many megabytes as asked, and its key log.

    make-tls-capture.py FILE KEYLOG MEGABYTES
"""
import os
import ssl
import struct
import subprocess
import sys
import tempfile

file, keylog, megabytes = sys.argv[1], sys.argv[2], int(sys.argv[3])
work = tempfile.mkdtemp()
key, certificate = os.path.join(work, 'key'), os.path.join(work, 'crt')
subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1',
                '-nodes', '-keyout', key, '-out', certificate, '-subj', '/CN=kubernetes'],
               check=True, capture_output=True)
server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server_context.load_cert_chain(certificate, key)
client_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
client_context.check_hostname, client_context.verify_mode = False, ssl.CERT_NONE
client_context.keylog_filename = keylog
# Opaque bodies: what is measured is decryption, not the reading of JSON.
body = bytes(200_000)
ask = (b'GET /api/v1/namespaces/shop/pods HTTP/1.1\r\nHost: x\r\nUser-Agent: web/v1\r\n'
       b'Accept: application/vnd.kubernetes.protobuf\r\n\r\n')
answer = (b'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.kubernetes.protobuf\r\n'
          b'Content-Length: 200000\r\n\r\n' + body)
clock, written, port = 1_795_213_051_000_000, 24, 20_000
with open(file, 'wb', buffering=1 << 22) as out:
    out.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))

    def packet(side, flags, payload):
        global clock, written
        clock += 7
        a, b = (port, 6443) if side == 0 else (6443, port)
        head = struct.pack(
            '>12sHBBHHHBBH4s4sHHIIBBHHH', b'', 0x0800, 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0,
            bytes([10, 0, 0, 9 - 8 * side]), bytes([10, 0, 0, 1 + 8 * side]), a, b,
            sequence[side] & 0xFFFFFFFF, sequence[1 - side] & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0)
        size = len(head) + len(payload)
        out.write(struct.pack('<IIII', clock // 10**6, clock % 10**6, size, size) + head + payload)
        written += 16 + size
        sequence[side] += len(payload) + (1 if flags & 3 else 0)

    while written < megabytes * 10**6:
        port += 1
        sequence = [1, 1]
        packet(0, 2, b''), packet(1, 18, b''), packet(0, 16, b'')
        bios = [ssl.MemoryBIO() for _ in range(4)]
        client = client_context.wrap_bio(bios[0], bios[1])
        server = server_context.wrap_bio(bios[2], bios[3], server_side=True)

        def move():
            for side, source, target in ((0, bios[1], bios[2]), (1, bios[3], bios[0])):
                data = source.read()
                target.write(data)
                for at in range(0, len(data), 32_000):
                    packet(side, 24, data[at:at + 32_000])

        waiting = [client, server]
        while waiting:
            for end in list(waiting):
                try:
                    end.do_handshake()
                    waiting.remove(end)
                except ssl.SSLWantReadError:
                    pass
                move()
        for _ in range(100):
            for sender, receiver, data in ((client, server, ask), (server, client, answer)):
                sender.write(data)
                move()
                got = 0
                while got < len(data):
                    got += len(receiver.read(1 << 20))
        packet(0, 17, b''), packet(1, 17, b'')
print(written, 'bytes')
