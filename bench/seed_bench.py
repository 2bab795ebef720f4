#!/usr/bin/env python3
"""arkive restore seed against cp -r and sync of the same bytes; a broker's start after it against one after a clean shutdown.

  seed_bench.py BUILD      BUILD: a build directory with arkive, services, record_producer

What it makes: 1 GB of uncompressed 1 KiB records in 4 partitions of a broker 3.9.1. Each is repeated three times and the median told.
The file cache is warm, unless the seed can drop it (root).
"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import time

from measuring import ROUNDS, Cluster, median, run, tell


def settle():
    os.sync()
    time.sleep(0.5)


class Bench(Cluster):
    def __init__(self, build, scratch):
        super().__init__(build, f'{scratch}/servers')
        self.arkive = f'{build}/tools/arkive/arkive'
        self.scratch = scratch
        self.data = f'{scratch}/servers/kafka-1/data'

    def server(self, *words):
        subprocess.run([self.services, words[0], '-d', self.directory, *words[1:]], stdout=subprocess.DEVNULL, check=True)

    def broker_start(self):
        """Milliseconds of loading logs, as the broker tells, and seconds until it serves."""
        log = f'{self.scratch}/servers/kafka-1/server.log'
        before = os.path.getsize(log) if os.path.exists(log) else 0
        began = time.monotonic()
        self.server('start', 'kafka-1')
        took = time.monotonic() - began
        with open(log, errors='replace') as lines:
            lines.seek(before)
            loaded = [line for line in lines if 'Loaded' in line and 'logs in' in line]
        milliseconds = int(loaded[-1].split('logs in ')[1].split('ms')[0]) if loaded else -1
        return milliseconds, took

    def measure(self):
        self.topic('plain', 4)
        self.produce('-t', 'plain', '--partitions', '4', '-n', '1000000', '--value', 'random', '--size', '1024')
        store = f'{self.scratch}/store'
        subprocess.run([self.arkive, 'archive', '--kafka', self.kafka, '--to', store, '-q'], check=True)
        self.server('stop', 'kafka-1')
        size = sum(os.path.getsize(file) for file in glob.glob(f'{store}/topics/**/*.log', recursive=True))
        segments = f'{store}/topics'
        copied, seeded = [], []
        for _ in range(ROUNDS):
            for place, figures, command in (
                    ('copy', copied, lambda at: ['sh', '-c', f'cp -r {segments} {at} && sync -f {at}']),
                    ('seeded', seeded, lambda at: [self.arkive, 'restore', 'seed', '-q', '--from', store, '--broker', '1', '--log-dirs', at])):
                at = f'{self.scratch}/{place}'
                shutil.rmtree(at, ignore_errors=True)
                settle()
                figures.append(run(command(at)))
        tell(f'cp -r + sync, {size / 1e6:.0f} MB', median(copied))
        tell(f'restore seed, {size / 1e9 / median(seeded)[0]:.2f} GB/s', median(seeded), median(copied))

        clean, after_seed = [], []
        self.server('start', 'kafka-1')
        for _ in range(ROUNDS):
            self.server('stop', 'kafka-1')
            clean.append(self.broker_start())
        self.server('stop', 'kafka-1')
        for _ in range(ROUNDS):
            shutil.rmtree(self.data)
            subprocess.run([self.arkive, 'restore', 'seed', '-q', '--from', store, '--broker', '1', '--log-dirs', self.data], check=True)
            after_seed.append(self.broker_start())
            self.server('stop', 'kafka-1')
        for name, starts in (('after a clean shutdown', clean), ('after a seed', after_seed)):
            milliseconds, took = median(starts)
            print(f'broker start {name}: logs loaded in {milliseconds:.0f} ms, serves in {took:.2f} s', flush=True)
        print(f'ratio {median(after_seed)[1] / median(clean)[1]:.2f} (aim 1.3), loading {median(after_seed)[0] / max(1, median(clean)[0]):.2f}')


def main():
    build = os.path.abspath(sys.argv[1])
    scratch = tempfile.mkdtemp(prefix='arkive-seed-bench.')
    bench = Bench(build, scratch)
    try:
        bench.measure()
    finally:
        bench.stop()
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == '__main__':
    main()
