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
    wall, processor, peak = figures[:3]
    line = f'{name:52} {wall:7.2f} s  {processor:6.2f} s processor  {peak:6.0f} MiB peak'
    if len(figures) > 3:
        line += f'  broker {figures[3]:6.2f} s'
    if other:
        line += f'   rate {other[0] / wall:5.2f} x, processor {processor / other[1]:5.2f} x'
    print(line, flush=True)


def processor_of(process):
    """Seconds the process of that number has worked so far."""
    with open(f'/proc/{process}/stat') as stat:
        fields = stat.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


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

    def broker_processor(self):
        """Seconds the broker has worked so far."""
        needle = f'{self.directory}/kafka-1'.encode()
        for process in os.listdir('/proc'):
            try:
                with open(f'/proc/{process}/cmdline', 'rb') as words:
                    if b'kafka.Kafka' not in (line := words.read()) or needle not in line:
                        continue
                return processor_of(process)
            except (NotADirectoryError, FileNotFoundError, ProcessLookupError):
                continue
        raise RuntimeError('no broker is at work')

    def with_broker(self, command):
        """run(), and the seconds the broker worked meanwhile behind them."""
        before = self.broker_processor()
        figures = run(command)
        return (*figures, self.broker_processor() - before)

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
