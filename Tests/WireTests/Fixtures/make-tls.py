#!/usr/bin/env python3
"""Makes tls.pcapng: one connection for each way in which TLS can be spoken, with its keys.

Needs Python 3 with OpenSSL 3, the openssl command and editcap. Run it in this folder; the tests
read what it writes. The user agent of each request names the case.
"""
import os, socket, ssl, struct, subprocess, tempfile, threading, time

BODY = (b'{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","namespace":"n","uid":"u-1"},'
        b'"status":{}}')
RESPONSE = (b'HTTP/1.1 200 OK\r\nAudit-Id: 11111111-2222-3333-4444-%012d\r\nContent-Type: '
            b'application/json\r\nContent-Length: %d\r\n\r\n')
work = tempfile.mkdtemp()
keylog = os.path.join(work, 'keys')


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


def certificate(name, algorithm):
    key, file = os.path.join(work, name + '.key'), os.path.join(work, name + '.crt')
    run('openssl', 'req', '-x509', '-newkey', *algorithm, '-nodes', '-keyout', key, '-out', file,
        '-days', '3650', '-subj', f'/O=system:masters/CN={name}')
    return file, key


EC = ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
SERVER, RSA = certificate('kubernetes', EC), certificate('kubernetes-rsa', ['rsa:2048'])
CLIENT = certificate('alice', EC)


class Capture:
    def __init__(self):
        self.packets, self.port, self.clock = [], 40000, 1795213051.0

    def connection(self):
        self.port += 1
        self.sequence = {0: 1000, 1: 5000}
        for side, flags in ((0, 2), (1, 18), (0, 16)):
            self.packet(side, flags, b'')

    def packet(self, side, flags, payload):
        self.clock += 0.0005
        a, b = (self.port, 6443) if side == 0 else (6443, self.port)
        tcp = struct.pack('>HHIIBBHHH', a, b, self.sequence[side],
                          0 if flags == 2 else self.sequence[1 - side], 0x50, flags, 65535, 0, 0)
        ip = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0,
                         bytes([10, 0, 0, 9 if side == 0 else 1]),
                         bytes([10, 0, 0, 1 if side == 0 else 9]))
        frame = b'\0' * 12 + b'\x08\0' + ip + tcp + payload
        self.packets.append((self.clock, frame))
        self.sequence[side] += len(payload) + (1 if flags & 3 else 0)

    def send(self, side, data):
        for at in range(0, len(data), 1400):
            self.packet(side, 24, data[at:at + 1400])

    def close(self):
        self.packet(0, 17, b'')
        self.packet(1, 17, b'')

    def write(self, path):
        with open(path, 'wb') as file:
            file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
            for clock, frame in self.packets:
                file.write(struct.pack('<IIII', int(clock), int(clock % 1 * 1e6), len(frame),
                                       len(frame)) + frame)


capture = Capture()
count = 0


def response():
    global count
    count += 1
    return RESPONSE % (count, len(BODY)) + BODY


def request(case):
    return (b'GET /api/v1/namespaces/n/pods/p HTTP/1.1\r\nHost: x\r\nUser-Agent: %s\r\n'
            b'Authorization: Bearer canary-token-51c2\r\n\r\n' % case.encode())


def contexts(ciphers=None, version=None, curve=None, server=SERVER, client=None, alpn=None):
    s, c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    s.load_cert_chain(*server)
    c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
    c.keylog_filename = keylog
    for context in (s, c):
        if version:
            context.minimum_version = context.maximum_version = version
        if ciphers:
            context.set_ciphers(ciphers + ':@SECLEVEL=0')
        if alpn:
            context.set_alpn_protocols([alpn])
    if curve:
        s.set_ecdh_curve(curve)
    if client:
        c.load_cert_chain(*client)
        s.load_verify_locations(client[0])
        s.verify_mode = ssl.CERT_REQUIRED
    return s, c


def talk(case, pair, session=None):
    """One connection in memory, request and response, written down as packets."""
    bios = [ssl.MemoryBIO() for _ in range(4)]
    client = pair[1].wrap_bio(bios[0], bios[1], server_hostname='kubernetes.default.svc',
                              session=session)
    server = pair[0].wrap_bio(bios[2], bios[3], server_side=True)
    capture.connection()

    def move():
        moved = False
        for side, source, target in ((0, bios[1], bios[2]), (1, bios[3], bios[0])):
            data = source.read()
            if data:
                capture.send(side, data)
                target.write(data)
                moved = True
        return moved

    waiting = [client, server]
    while waiting:
        for end in list(waiting):
            try:
                end.do_handshake()
                waiting.remove(end)
            except ssl.SSLWantReadError:
                pass
            move()
    for sender, receiver, data in ((client, server, request(case)), (server, client, response())):
        sender.write(data)
        move()
        received = b''
        while len(received) < len(data):
            received += receiver.read(65536)
    capture.close()
    return client.session


def relay(server_flags, *clients):
    """The openssl command on both ends, for what Python does not reach; one client at a time."""
    port = 47443
    server = subprocess.Popen(
        ['openssl', 's_server', '-port', str(port), '-cert', SERVER[0], '-key', SERVER[1], '-quiet',
         '-tls1_3', *server_flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    time.sleep(0.7)
    listener = socket.create_server(('127.0.0.1', port + 1))
    for flags, script in clients:
        relay_client(server, port, listener, flags, script)
    server.kill()
    listener.close()


def relay_client(server, port, listener, flags, script):
    client = subprocess.Popen(
        ['openssl', 's_client', '-connect', f'127.0.0.1:{port + 1}', '-keylogfile', keylog,
         '-tls1_3', *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    inner, _ = listener.accept()
    outer = socket.create_connection(('127.0.0.1', port))
    capture.connection()
    lock = threading.Lock()

    def pump(side, source, target):
        try:
            while data := source.recv(65536):
                with lock:
                    capture.send(side, data)
                target.sendall(data)
        except OSError:
            pass

    for side, source, target in ((0, inner, outer), (1, outer, inner)):
        threading.Thread(target=pump, args=(side, source, target), daemon=True).start()
    time.sleep(0.7)
    for end, data in script:
        process = client if end == 0 else server
        process.stdin.write(data)
        process.stdin.flush()
        time.sleep(0.5)
    client.stdin.close()
    time.sleep(0.3)
    client.kill()
    inner.close(), outer.close()
    time.sleep(0.2)
    capture.close()


V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
for cipher in ('ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384',
               'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA',
               'ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA384'):
    talk(cipher, contexts(cipher, V12))
talk('AES256-GCM-SHA384', contexts('AES256-GCM-SHA384', V12, server=RSA))
pair = contexts('ECDHE-ECDSA-AES128-SHA', V12)
for context in pair:
    context.options |= 0x80000  # SSL_OP_NO_ENCRYPT_THEN_MAC
talk('mac-then-encrypt', pair)
talk('client-certificate-1.2', contexts('ECDHE-ECDSA-AES128-GCM-SHA256', V12, client=CLIENT))
pair = contexts('ECDHE-ECDSA-AES128-GCM-SHA256', V12)
talk('resumed-1.2', pair, talk('resumable-1.2', pair))
talk('tls-1.3', contexts(version=V13, alpn='http/1.1'))
talk('client-certificate-1.3', contexts(version=V13, client=CLIENT))
talk('hello-retry', contexts(version=V13, curve='secp384r1'))
pair = contexts(version=V13)
talk('resumed-1.3', pair, talk('resumable-1.3', pair))
for suite in ('TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'):
    relay(['-ciphersuites', suite], ([], [(0, request(suite)), (1, response())]))
relay([], ([], [(0, request('before-update')), (1, response()), (0, b'K\n'),
                (0, request('after-update')), (1, response())]))
session, early = os.path.join(work, 'session'), os.path.join(work, 'early')
open(early, 'wb').write(b'GET /early HTTP/1.1\r\nHost: x\r\nUser-Agent: early\r\n\r\n')
relay(['-early_data', '-max_early_data', '16384', '-no_anti_replay'],
      (['-sess_out', session], [(0, request('before-early')), (1, response())]),
      (['-sess_in', session, '-early_data', early],
       [(0, request('behind-early')), (1, response())]))
capture.write(os.path.join(work, 'tls.pcap'))
kept = [line for line in open(keylog) if not line.startswith(('#', 'EXPORTER', 'SERVER_EXPORTER'))]
open(keylog, 'w').writelines(kept)
run('editcap', '-F', 'pcapng', '--inject-secrets', f'tls,{keylog}', os.path.join(work, 'tls.pcap'),
    'tls.pcapng')
print(len(capture.packets), 'packets,', len(kept), 'secrets')
