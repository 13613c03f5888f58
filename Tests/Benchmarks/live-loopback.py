#!/usr/bin/env python3
"""Records requests off the loopback interface while they are made, and counts what is missing.

    live-loopback.py KUBESKEW [REQUESTS_PER_SECOND] [SECONDS]

Needs the right to capture. Exits with 1 where requests are missing that the kernel did not drop.
"""
import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

kubeskew = sys.argv[1]
rate, seconds = (int(word) for word in (sys.argv[2:4] + ['2000', '10'][len(sys.argv) - 2:]))
port, clients = 18001, 20
body = b'{"kind":"PodList","apiVersion":"v1","items":[]}'
answer = (b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nAudit-Id: '
          b'00000000-1111-4222-8333-%012d\r\nContent-Length: ' + str(len(body)).encode()
          + b'\r\n\r\n' + body)
count = 0


async def serve(reader, writer):
    global count
    try:
        while await reader.readuntil(b'\r\n\r\n'):
            count += 1
            writer.write(answer % count)
    except asyncio.IncompleteReadError:
        writer.close()


async def ask(number):
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    start = time.monotonic()
    for turn in range(rate * seconds // clients):
        await asyncio.sleep(max(0, start + turn * clients / rate - time.monotonic()))
        writer.write(b'GET /api/v1/namespaces/n%d/pods HTTP/1.1\r\nHost: x\r\nUser-Agent: live\r\n'
                     b'\r\n' % turn)
        await reader.readuntil(b'"items":[]}')
    writer.close()


async def talk():
    server = await asyncio.start_server(serve, '127.0.0.1', port)
    await asyncio.gather(*(ask(number) for number in range(clients)))
    server.close()


folder = tempfile.mkdtemp()
path, packets = os.path.join(folder, 'r.db'), os.path.join(folder, 'w.pcapng')
capture = subprocess.Popen(
    [kubeskew, 'capture', 'live', path, '--interface', 'lo', '--filter', f'tcp port {port}',
     '--write', packets, '--server', f'cp-1=127.0.0.1:{port}'],
    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
time.sleep(1.5)
began = time.monotonic()
asyncio.run(talk())
took = time.monotonic() - began
time.sleep(1)
capture.send_signal(signal.SIGINT)
_, said = capture.communicate(timeout=60)
recording = sqlite3.connect(path)
recorded, answered = recording.execute(
    'SELECT count(*), sum(status = 200) FROM v_request').fetchone()
dropped = recording.execute("SELECT count(*) FROM v_reject WHERE reason LIKE '%dropped%'").fetchone()
again = os.path.join(folder, 'again.db')
subprocess.run([kubeskew, 'capture', 'pcap', again, packets, '-q'], check=True,
               capture_output=True)
reread, = sqlite3.connect(again).execute('SELECT count(*) FROM v_request').fetchone()
print(f'{count} requests in {took:.1f} s, {recorded} recorded ({answered} answered), '
      f'{reread} in the packets written, status {capture.returncode}')
print(said.strip())
print(recording.execute('PRAGMA integrity_check').fetchone()[0])
sys.exit(0 if dropped[0] or recorded == count == answered == reread else 1)
