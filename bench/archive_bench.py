#!/usr/bin/env python3
"""arkive archive against kcat, on the same broker in the same run.

  archive_bench.py BUILD [plain|compress|zstd|lz4|partitions|empty|encrypted ...]     BUILD: a build directory with arkive, services, record_producer

What it makes: 1 GB of uncompressed 1 KiB records, random and JSON, also archived with --compress zstd; 3 million 525-byte JSON records with zstd and with lz4, 4 partitions each; 1,000
partitions of which 10 change; 10,000 empty partitions; 1 GB into an encrypted store and into a plain one. Each pair of runs is repeated three times and the median told: wall, processor
seconds (user + system), peak memory; and the ratio to kcat -C -e, which throws all away, or for --compress zstd to kcat -C -e | zstd -1 into a file.
"""
import os
import shutil
import sys
import tempfile

from measuring import ROUNDS, Cluster, median, run, tell


class Bench(Cluster):
    def __init__(self, build, scratch):
        super().__init__(build, f'{scratch}/servers')
        self.arkive = f'{build}/tools/arkive/arkive'
        self.scratch = scratch

    def archive(self, topics, store, *options):
        return run([self.arkive, 'archive', '--kafka', self.kafka, '--to', store, '--topics', topics, '-q', *options])

    def against_kcat(self, topic, *words):
        self.topic(topic, 4)
        self.produce('-t', topic, '--partitions', '4', *words)
        kcat, archived, verified = [], [], []
        for _ in range(ROUNDS):
            store = f'{self.scratch}/store'
            shutil.rmtree(store, ignore_errors=True)
            kcat.append(run(['kcat', '-C', '-b', self.kafka, '-t', topic, '-e', '-q']))
            archived.append(self.archive(topic, store))
            verified.append(run([self.arkive, 'verify', '--from', store, '-q']))
        size = sum(os.path.getsize(os.path.join(at, name))
                   for at, _, names in os.walk(store) for name in names if name.endswith('.log'))
        other = median(kcat)
        tell(f'{topic}: kcat -C -e to nowhere', other)
        tell(f'{topic}: archive, checked, hashed, synced', median(archived), other)
        tell(f'{topic}: verify, {size / 1e6:.0f} MB, {size / 1e9 / median(verified)[0]:.2f} GB/s', median(verified))
        shutil.rmtree(store)

    def plain(self):
        self.against_kcat('plain', '-n', '1000000', '--value', 'random', '--size', '1024')

    def against_kcat_and_zstd(self, topic, *words):
        self.topic(topic, 4)
        self.produce('-t', topic, '--partitions', '4', *words)
        store, file = f'{self.scratch}/store', f'{self.scratch}/kcat.zst'
        other, archived, verified = [], [], []
        for _ in range(ROUNDS):
            shutil.rmtree(store, ignore_errors=True)
            if os.path.exists(file):
                os.remove(file)
            other.append(run(['sh', '-c', f'kcat -C -b {self.kafka} -t {topic} -e -q | zstd -1 -q -o {file}']))
            archived.append(self.archive(topic, store, '--compress', 'zstd'))
            verified.append(run([self.arkive, 'verify', '--from', store, '-q']))
        size = sum(os.path.getsize(os.path.join(at, name))
                   for at, _, names in os.walk(store) for name in names if name.endswith('.log.zst'))
        tell(f'{topic}: kcat -C -e | zstd -1, {os.path.getsize(file) / 1e6:.0f} MB', median(other))
        tell(f'{topic}: archive --compress zstd, {size / 1e6:.0f} MB', median(archived), median(other))
        tell(f'{topic}: verify', median(verified))
        shutil.rmtree(store)
        os.remove(file)

    def compress(self):
        self.against_kcat_and_zstd('random', '-n', '1000000', '--value', 'random', '--size', '1024')
        self.against_kcat_and_zstd('json', '-n', '1000000', '--value', 'json', '--size', '1024')

    def zstd(self):
        self.against_kcat('zstd', '-n', '3000000', '--value', 'json', '--size', '525', '--codec', 'zstd')

    def lz4(self):
        self.against_kcat('lz4', '-n', '3000000', '--value', 'json', '--size', '525', '--codec', 'lz4')

    def partitions(self):
        for i in range(20):
            self.topic(f'many-{i}', 50)
            self.produce('-t', f'many-{i}', '--partitions', '50', '-n', '500')
        store = f'{self.scratch}/many'
        tell('1,000 partitions, first run', self.archive('many-*', store))
        changed, same = [], []
        for _ in range(ROUNDS):
            for i in (3, 7):
                self.produce('-t', f'many-{i}', '--partitions', '5', '-n', '5')
            changed.append(self.archive('many-*', store))
            same.append(self.archive('many-*', store))
        tell('1,000 partitions, 10 changed', median(changed))
        tell('1,000 partitions, none changed', median(same))

    def empty(self):
        for i in range(100):
            self.topic(f'empty-{i}', 100)
        store = f'{self.scratch}/empty'
        tell('10,000 empty partitions, first run', self.archive('empty-*', store))
        tell('10,000 empty partitions, again', median([self.archive('empty-*', store) for _ in range(ROUNDS)]))

    def encrypted(self):
        self.topic('encrypted', 4)
        self.produce('-t', 'encrypted', '--partitions', '4', '-n', '1000000', '--value', 'random', '--size', '1024')
        key = ['--key-file', f'{self.scratch}/key']
        run([self.arkive, 'key', 'make', key[1]])
        taken = {'plain': [], 'encrypted': [], 'verify plain': [], 'verify encrypted': []}
        for _ in range(ROUNDS):
            for kind, options in (('plain', []), ('encrypted', key)):
                store = f'{self.scratch}/{kind}'
                shutil.rmtree(store, ignore_errors=True)
                os.sync()
                taken[kind].append(self.archive('encrypted', store, *options, *(['--hide-names'] if options else [])))
                taken[f'verify {kind}'].append(run([self.arkive, 'verify', '--from', store, '-q', *options]))
        tell('1 GB archived in the clear', median(taken['plain']))
        tell('1 GB archived and encrypted', median(taken['encrypted']), median(taken['plain']))
        tell('verified in the clear', median(taken['verify plain']))
        tell('verified, encrypted', median(taken['verify encrypted']), median(taken['verify plain']))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix='arkive-archive-bench.') as scratch:
        bench = Bench(os.path.abspath(sys.argv[1]), scratch)
        try:
            for name in sys.argv[2:] or ['plain', 'compress', 'zstd', 'lz4', 'partitions', 'empty', 'encrypted']:
                getattr(bench, name)()
        finally:
            bench.stop()


if __name__ == '__main__':
    main()
