"""What the benches in Python share: a command's wall and processor seconds and peak memory, and a throwaway cluster."""
import os
import statistics
import subprocess
import tempfile

ROUNDS = 3


def run(command):
    """(wall seconds, processor seconds, peak MiB)"""
    with open(os.devnull, 'w') as nothing, tempfile.NamedTemporaryFile('r') as times:
        subprocess.run(['/usr/bin/time', '-f', '%e %U %S %M', '-o', times.name] + command, stdout=nothing, check=True)
        wall, user, system, peak = times.read().split()
    return float(wall), float(user) + float(system), int(peak) / 1024


def median(runs):
    return tuple(statistics.median(values) for values in zip(*runs))


def tell(name, figures, other=None):
    wall, processor, peak = figures
    line = f'{name:52} {wall:7.2f} s  {processor:6.2f} s processor  {peak:6.0f} MiB peak'
    if other:
        line += f'   rate {other[0] / wall:5.2f} x, processor {processor / other[1]:5.2f} x'
    print(line, flush=True)


class Cluster:
    """A ZooKeeper and a Kafka broker of the project's own `services`, below `directory`."""

    def __init__(self, build, directory):
        self.services = f'{build}/tools/services/services'
        self.producer = f'{build}/tests/support/producer/record_producer'
        self.directory = directory
        started = subprocess.run([self.services, 'start', '-d', directory, '--zookeeper', '1', '--kafka', '1',
                                  '--kafka-heap', '1g', '--zookeeper-heap', '512m'],
                                 capture_output=True, text=True, check=True).stdout
        self.kafka = next(line.split('=')[1] for line in started.splitlines() if line.startswith('kafka='))

    def stop(self):
        subprocess.run([self.services, 'stop', '-d', self.directory], stdout=subprocess.DEVNULL, check=False)

    def topic(self, name, partitions):
        subprocess.run([self.producer, 'create-topic', '-b', self.kafka, '--partitions', str(partitions), name],
                       stdout=subprocess.DEVNULL, check=True)

    def delete_topic(self, name):
        subprocess.run([self.producer, 'delete-topic', '-b', self.kafka, name], stdout=subprocess.DEVNULL, check=True)

    def produce(self, *words):
        subprocess.run([self.producer, 'produce', '-b', self.kafka, '--quiet', *words], stdout=subprocess.DEVNULL, check=True)

    def tool(self, word, *words):
        """The command of one of Kafka's own tools."""
        return [self.services, 'tool', '-d', self.directory, word, '--', *words]
