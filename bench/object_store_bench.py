#!/usr/bin/env python3
"""Buckets against `mc cp`, `rclone` and a directory, on one MinIO on loopback, in the same run.

  object_store_bench.py BUILD [--mc PATH] [--rclone PATH] [--rounds N] [large|small|archive|protected|read ...]

BUILD: a build directory with object_store_client, arkive, services and record_producer. mc and rclone are looked for in PATH; one that is not there is
named and left out.

large: one object of 1 GB, put and got. small: 10,000 of 1 KiB, put and got, ours by 8 threads. archive: 1 GB of Kafka's records archived into a bucket and into a
directory, where it is synced. protected: the same into a bucket, encrypted and signed, against plain. read: every batch of such an archive verified, in a
directory, in the bucket, and in the bucket behind a proxy that keeps each request for 20 ms.

Others use the machine, so those compared run in turn, each first in one round; told are the medians of the rounds, and the median of the ratios within
each round. Beside the wall: processor seconds of the client (user + system) and of MinIO meanwhile, and the client's peak memory. Files of the
client are on /dev/shm, what MinIO keeps is below TMPDIR, and the disk has come to rest before each run.
"""
import argparse
import functools
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
import time

from measuring import Cluster, median, processor_of, run

GIGABYTE = 1_000_000_000
SMALL = 10_000
THREADS = 8


def rate(one, other):
    """How many times as fast `one` is, by its median within the rounds."""
    return statistics.median(theirs[0] / ours[0] for ours, theirs in zip(one, other))


def tell(name, runs):
    wall, processor, peak, server = median(runs)
    print(f'{name:44} {wall:7.2f} s  {processor:6.2f} s processor  {peak:6.0f} MiB peak  MinIO {server:6.2f} s processor', flush=True)


class Minio:
    def __init__(self, build, directory, buckets):
        self.services, self.directory = f'{build}/tools/services/services', directory
        words = [word for bucket in buckets for word in ('--bucket', bucket)]
        started = subprocess.run([self.services, 'start', '-d', directory, '--minio', *words], capture_output=True, text=True, check=True).stdout
        facts = dict(line.split('=', 1) for line in started.splitlines())
        self.endpoint, self.process = facts['minio'], int(facts['minio_pid'])
        self.keys = facts['minio_access_key'], facts['minio_secret_key']

    def stop(self):
        subprocess.run([self.services, 'stop', '-d', self.directory], stdout=subprocess.DEVNULL, check=False)

    def measured(self, make_command):
        """run(), and the seconds MinIO worked meanwhile."""
        os.sync()
        command = make_command()
        before = processor_of(self.process)
        figures = run(command)
        return (*figures, processor_of(self.process) - before)


class DistantServer:
    """A server as it is from afar: what it is asked comes to it `delay` seconds later."""

    def __init__(self, host, port, delay):
        self.server, self.delay = (host, port), delay
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.endpoint = f'http://127.0.0.1:{self.listener.getsockname()[1]}'
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(self.server)
            threading.Thread(target=self.pass_on, args=(client, server, self.delay), daemon=True).start()
            threading.Thread(target=self.pass_on, args=(server, client, 0), daemon=True).start()

    @staticmethod
    def pass_on(source, sink, delay):
        room = bytearray(1 << 20)
        try:
            while count := source.recv_into(room):
                if delay:
                    time.sleep(delay)
                sink.sendall(memoryview(room)[:count])
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            source.close()
            sink.close()


class Bench:
    def __init__(self, options, local, scratch):
        self.build, self.rounds, self.local, self.scratch = os.path.abspath(options.build), options.rounds, local, scratch
        self.arkive = f'{self.build}/tools/arkive/arkive'
        self.minio = Minio(self.build, f'{scratch}/minio', [f'round-{i}' for i in range(self.rounds)])
        access, secret = self.minio.keys
        host = self.minio.endpoint.removeprefix('http://')
        for name in [name for name in os.environ if name.startswith(('AWS_', 'ARKIVE_S3_', 'RCLONE_', 'MC_'))]:
            del os.environ[name]  # what is set for other buckets
        open(f'{scratch}/rclone.conf', 'w').close()
        os.environ.update({
            'AWS_ACCESS_KEY_ID': access, 'AWS_SECRET_ACCESS_KEY': secret, 'AWS_ENDPOINT_URL_S3': self.minio.endpoint, 'AWS_REGION': 'us-east-1',
            'MC_HOST_bench': f'http://{access}:{secret}@{host}', 'MC_CONFIG_DIR': f'{scratch}/mc',
            'RCLONE_CONFIG': f'{scratch}/rclone.conf', 'RCLONE_CONFIG_BENCH_TYPE': 's3', 'RCLONE_CONFIG_BENCH_PROVIDER': 'Minio',
            'RCLONE_CONFIG_BENCH_ENDPOINT': self.minio.endpoint, 'RCLONE_CONFIG_BENCH_ACCESS_KEY_ID': access,
            'RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY': secret, 'RCLONE_CONFIG_BENCH_NO_CHECK_BUCKET': 'true'})
        self.peers = {name: path for name, path in (('mc', options.mc), ('rclone', options.rclone)) if path}

    def in_turn(self, works):
        """Runs what works[NAME](round) tells, in another order each round: {name: [figures]}."""
        taken = {name: [] for name in works}
        names = list(works)
        for i in range(self.rounds):
            for turn in range(len(names)):
                name = names[(turn + i) % len(names)]
                taken[name].append(self.minio.measured(functools.partial(works[name], i)))
        return taken

    def against_peers(self, what, works, aim):
        taken = self.in_turn(works)
        for name, runs in taken.items():
            tell(f'{what}, {name}', runs)
        peers = [name for name in works if name != 'ours']
        if peers:
            fastest = min(peers, key=lambda name: median(taken[name])[0])
            processor = median(taken['ours'])[1] / median(taken[fastest])[1]
            print(f'{what}: rate against {fastest} {rate(taken["ours"], taken[fastest]):.2f} x (aim {aim}), processor {processor:.2f} x', flush=True)

    def client(self, *words):
        return [f'{self.build}/bench/object_store_client', *words]

    def chosen(self, ours, **peers):
        return {'ours': ours, **{name: peers[name] for name in self.peers}}

    def large(self):
        file, back = f'{self.local}/large', f'{self.local}/back'
        with open(file, 'wb') as out:
            for _ in range(GIGABYTE // 1_000_000):
                out.write(os.urandom(1_000_000))
        mc, rclone = self.peers.get('mc'), [self.peers.get('rclone'), '--s3-upload-concurrency', '4', '--s3-chunk-size', '8M']
        self.against_peers('put of 1 GB', self.chosen(
            lambda i: self.client('put', file, f's3://round-{i}/ours', 'large'),
            mc=lambda i: [mc, 'cp', '--quiet', file, f'bench/round-{i}/mc/large'],
            rclone=lambda i: [*rclone, 'copyto', file, f'bench:round-{i}/rclone/large']), 0.9)

        def anew(command):
            # Memory that the machine has not touched for a while costs whoever touches it first: each finds a gigabyte that was just used.
            with open(back, 'wb') as out:
                for _ in range(GIGABYTE // 1_000_000):
                    out.write(bytes(1_000_000))
            os.remove(back)
            return command
        self.against_peers('get of 1 GB', self.chosen(
            lambda i: anew(self.client('get', f's3://round-{i}/ours', 'large', back)),
            mc=lambda i: anew([mc, 'cp', '--quiet', f'bench/round-{i}/mc/large', back]),
            rclone=lambda i: anew([*rclone, 'copyto', f'bench:round-{i}/rclone/large', back])), 0.9)
        subprocess.run(self.client('get', 's3://round-0/ours', 'large', back), check=True)
        subprocess.run(['cmp', file, back], check=True)
        os.remove(file)
        os.remove(back)

    def small(self):
        many, back = f'{self.local}/many', f'{self.local}/many-back'
        os.mkdir(many)
        for i in range(SMALL):
            with open(f'{many}/{i:05}', 'wb') as out:
                out.write(os.urandom(1024))
        mc = self.peers.get('mc')
        rclone = [self.peers.get('rclone'), 'copy', '--transfers', str(THREADS), '--no-check-dest']
        self.against_peers(f'put of {SMALL:,} of 1 KiB', self.chosen(
            lambda i: self.client('put-all', many, f's3://round-{i}/ours-small', str(THREADS)),
            mc=lambda i: [mc, 'cp', '--quiet', '--recursive', f'{many}/', f'bench/round-{i}/mc-small/'],
            rclone=lambda i: [*rclone, many, f'bench:round-{i}/rclone-small']), 1.5)

        def anew(command):
            shutil.rmtree(back, ignore_errors=True)
            os.mkdir(back)
            return command
        self.against_peers(f'get of {SMALL:,} of 1 KiB', self.chosen(
            lambda i: anew(self.client('get-all', f's3://round-{i}/ours-small', back, str(THREADS))),
            mc=lambda i: anew([mc, 'cp', '--quiet', '--recursive', f'bench/round-{i}/mc-small/', f'{back}/']),
            rclone=lambda i: anew([*rclone, f'bench:round-{i}/rclone-small', back])), 1.5)
        anew(None)
        subprocess.run(self.client('get-all', 's3://round-0/ours-small', back, str(THREADS)), check=True)
        subprocess.run(['diff', '-r', many, back], check=True)
        shutil.rmtree(many)
        shutil.rmtree(back)

    def with_records(self, work):
        cluster = Cluster(self.build, f'{self.scratch}/kafka')
        try:
            cluster.topic('records', 4)
            cluster.produce('-t', 'records', '--partitions', '4', '-n', '1000000', '--value', 'random', '--size', '1024')
            work(lambda store, *words: [self.arkive, 'archive', '--kafka', cluster.kafka, '--topics', 'records', '-q', '--to', store, *words])
        finally:
            cluster.stop()
            shutil.rmtree(f'{self.scratch}/kafka')

    def archive(self):
        def work(archive):
            directory = f'{self.scratch}/directory'

            def into_directory(_):
                shutil.rmtree(directory, ignore_errors=True)
                os.sync()
                return archive(directory)
            taken = self.in_turn({'directory': into_directory, 'bucket': lambda i: archive(f's3://round-{i}/archive')})
            tell('1 GB archived into a directory, synced', taken['directory'])
            tell('1 GB archived into a bucket', taken['bucket'])
            print(f'archive: rate of the bucket against the directory {rate(taken["bucket"], taken["directory"]):.2f} x (aim 0.8)', flush=True)
            shutil.rmtree(directory)
        self.with_records(work)

    def protected(self):
        subprocess.run([self.arkive, 'key', 'make', f'{self.scratch}/key'], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([self.arkive, 'key', 'make-signing', f'{self.scratch}/signing'], check=True, stdout=subprocess.DEVNULL)
        words = ['--key-file', f'{self.scratch}/key', '--hide-names', '--signing-key', f'{self.scratch}/signing']

        def work(archive):
            taken = self.in_turn({'plain': lambda i: archive(f's3://round-{i}/plain'),
                                  'protected': lambda i: archive(f's3://round-{i}/protected', *words)})
            tell('1 GB archived into a bucket', taken['plain'])
            tell('1 GB archived, encrypted and signed', taken['protected'])
            dearer = statistics.median(p[0] / q[0] for p, q in zip(taken['protected'], taken['plain']))
            of_all = statistics.median((p[1] + p[3]) / (q[1] + q[3]) for p, q in zip(taken['protected'], taken['plain']))
            print(f'encrypted and signed against plain: {dearer:.2f} x as long (aim 1.15), processor with MinIO\'s {of_all:.2f} x', flush=True)
        self.with_records(work)

    def read(self):
        def work(archive):
            directory = f'{self.scratch}/directory'
            for store in (directory, 's3://round-0/read'):
                subprocess.run(archive(store), check=True)
            host, port = self.minio.endpoint.removeprefix('http://').split(':')
            distant = DistantServer(host, int(port), 0.02)
            verify = [self.arkive, 'verify', '-q', '--from']
            from_afar = ['env', f'AWS_ENDPOINT_URL_S3={distant.endpoint}', *verify, 's3://round-0/read']
            taken = self.in_turn({'directory': lambda _: [*verify, directory], 'bucket': lambda _: [*verify, 's3://round-0/read'],
                                  'bucket, 20 ms away': lambda _: from_afar})
            for name, runs in taken.items():
                tell(f'1 GB verified in a {name}', runs)
            print(f'read: rate of the bucket against the directory {rate(taken["bucket"], taken["directory"]):.2f} x, '
                  f'from afar {rate(taken["bucket, 20 ms away"], taken["directory"]):.2f} x', flush=True)
            shutil.rmtree(directory)
        self.with_records(work)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('build')
    parser.add_argument('--mc', default=shutil.which('mc'))
    parser.add_argument('--rclone', default=shutil.which('rclone'))
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('parts', nargs='*')
    options = parser.parse_intermixed_args()
    parts = options.parts or ['large', 'small', 'archive', 'protected', 'read']
    for name in ('mc', 'rclone'):
        if not getattr(options, name):
            print(f'{name} is not there: nothing is compared with it', flush=True)
    with tempfile.TemporaryDirectory(prefix='arkive-object-store-bench.', dir='/dev/shm') as local, \
            tempfile.TemporaryDirectory(prefix='arkive-object-store-bench.') as scratch:
        bench = Bench(options, local, scratch)
        try:
            for part in parts:
                {'large': bench.large, 'small': bench.small, 'archive': bench.archive, 'protected': bench.protected, 'read': bench.read}[part]()
        finally:
            bench.minio.stop()


if __name__ == '__main__':
    main()
