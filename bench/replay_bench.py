#!/usr/bin/env python3
"""arkive restore topics against kcat -P and kafka-producer-perf-test, into the same broker in the same run.

  replay_bench.py BUILD [lz4|zstd|plain ...]     BUILD: a build directory with arkive, services, record_producer

What it makes: 3 million 525-byte JSON records in 4 partitions, produced with lz4 and with zstd, archived from one broker; and 1 GB of uncompressed
1 KiB records. They are replayed into a second broker, as kcat -P writes the same records there from a file, and as kafka-producer-perf-test
does. Three rounds; medians: wall, processor seconds (user + system), peak memory, and the ratios.
"""
import os
import shutil
import subprocess
import sys
import tempfile

from measuring import ROUNDS, Cluster, median, run, tell


class Bench:
    def __init__(self, build, scratch):
        self.arkive = f'{build}/tools/arkive/arkive'
        self.scratch = scratch
        self.source = Cluster(build, f'{scratch}/source')
        self.target = Cluster(build, f'{scratch}/target')

    def stop(self):
        self.source.stop()
        self.target.stop()

    def against_others(self, topic, codec, count, *words):
        source, target = self.source, self.target
        source.topic(topic, 4)
        source.produce('-t', topic, '--partitions', '4', '-n', str(count), *words)
        store, lines = f'{self.scratch}/store-{topic}', f'{self.scratch}/{topic}.lines'
        run([self.arkive, 'archive', '--kafka', source.kafka, '--to', store, '--topics', topic, '-q'])
        with open(lines, 'w') as file:
            subprocess.run(['kcat', '-C', '-b', source.kafka, '-t', topic, '-e', '-q'], stdout=file, check=True)
        # kafka-producer-perf-test holds what it is given in memory and takes records from it by chance.
        some = f'{self.scratch}/{topic}.some'
        with open(lines) as file, open(some, 'w') as to:
            to.writelines(line for _, line in zip(range(10000), file))
        stored = sum(os.path.getsize(os.path.join(at, name))
                     for at, _, names in os.walk(store) for name in names if name.endswith('.log'))
        replayed, kcat, perf = [], [], []
        for turn in range(ROUNDS):
            name = f'{topic}-{turn}'
            replayed.append(target.with_broker([self.arkive, 'restore', 'topics', '--from', store, '--kafka', target.kafka, '-q',
                                 '--rename', f'{topic}={name}-arkive', '--journal', f'{self.scratch}/journal-{name}']))
            target.topic(f'{name}-kcat', 4)
            kcat.append(target.with_broker(['kcat', '-P', '-b', target.kafka, '-t', f'{name}-kcat', '-z', codec, '-l', lines]))
            target.topic(f'{name}-perf', 4)
            perf.append(target.with_broker(target.tool(
                'producer-perf-test', '--topic', f'{name}-perf', '--num-records', str(count), '--throughput', '-1',
                '--payload-file', some, '--producer-props', f'bootstrap.servers={target.kafka}',
                f'compression.type={codec}', 'acks=all', 'batch.size=65536', 'linger.ms=5')))
            for kind in ('arkive', 'kcat', 'perf'):
                target.delete_topic(f'{name}-{kind}')
        mine = median(replayed)
        tell(f'{topic}: kcat -P from a file', median(kcat))
        tell(f'{topic}: kafka-producer-perf-test', median(perf))
        tell(f'{topic}: restore topics, {stored / 1e6:.0f} MB stored', mine, median(kcat))
        print(f'{topic}: rate {median(perf)[0] / mine[0]:.2f} x kafka-producer-perf-test; '
              f'{mine[1] / (stored / 1e9):.2f} s processor a GB stored', flush=True)
        shutil.rmtree(store)
        os.remove(lines)
        os.remove(some)

    def lz4(self):
        self.against_others('lz4', 'lz4', 3000000, '--value', 'json', '--size', '525', '--codec', 'lz4')

    def zstd(self):
        self.against_others('zstd', 'zstd', 3000000, '--value', 'json', '--size', '525', '--codec', 'zstd')

    def plain(self):
        self.against_others('plain', 'none', 1000000, '--value', 'json', '--size', '1024')


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix='arkive-replay-bench.') as scratch:
        bench = Bench(os.path.abspath(sys.argv[1]), scratch)
        try:
            for name in sys.argv[2:] or ['lz4', 'zstd', 'plain']:
                getattr(bench, name)()
        finally:
            bench.stop()


if __name__ == '__main__':
    main()
