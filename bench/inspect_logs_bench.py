#!/usr/bin/env python3
"""arkive inspect-logs against cat and sha256sum of the same segments.

  inspect_logs_bench.py BUILD      BUILD: a build directory with arkive, services, record_producer

What it makes: 1 GB of 1 KiB records in 4 partitions of a broker 3.9.1, which is then stopped. Each is repeated three times with a
warm file cache and the median told. The rates are against cat.
"""
import glob
import os
import sys
import tempfile

from measuring import ROUNDS, Cluster, median, run, tell


def main():
    build = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix='inspect-logs-bench-') as scratch:
        cluster = Cluster(build, f'{scratch}/servers')
        try:
            cluster.topic('plain', 4)
            cluster.produce('-t', 'plain', '--partitions', '4', '-n', '1000000', '--value', 'random', '--size', '1024')
        finally:
            cluster.stop()
        data = f'{scratch}/servers/kafka-1/data'
        segments = glob.glob(f'{data}/*/*.log')
        size = sum(os.path.getsize(file) for file in segments)
        commands = {f'cat, {size / 1e6:.0f} MB': ['cat', *segments],
                    'sha256sum': ['sha256sum', *segments],
                    'inspect-logs': [f'{build}/tools/arkive/arkive', 'inspect-logs', data],
                    'inspect-logs --headers-only': [f'{build}/tools/arkive/arkive', 'inspect-logs', '--headers-only', data]}
        for command in commands.values():
            run(command)
        figures = {name: median([run(command) for _ in range(ROUNDS)]) for name, command in commands.items()}
        first = next(iter(figures.values()))
        for name, one in figures.items():
            tell(f'{name}, {size / 1e9 / max(one[0], 0.001):.2f} GB/s', one, first)


main()
