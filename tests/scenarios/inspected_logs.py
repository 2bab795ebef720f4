#!/usr/bin/env python3
"""Whether a report of log directories is what others say of them.

  inspected_logs.py dump REPORT DUMP TRANSACTIONS    what kafka-dump-log printed of every .log, and of __transaction_state decoded
  inspected_logs.py archive REPORT STORE VERSION     what the broker told before it was stopped, by the archive made of it
  inspected_logs.py offsets REPORT OFFSETS           "topic:partition:offset" lines of the broker that was started again
  inspected_logs.py same REPORT OTHER                the partitions of two reports
"""
import json, os, re, subprocess, sys

action, report, *rest = sys.argv[1:]
document = json.load(open(report))


def wrong(text):
    print(text)
    sys.exit(1)


def partitions_of(report):
    return {(directory['path'], one['directory']): one for directory in report['directories'] for one in directory['partitions']}


def live():
    return {(one['topic'], one['partition']): one for one in partitions_of(document).values() if one['kind'] == 'live'}


def expect(name, wanted, one, field):
    if one[field] != wanted:
        wrong(f'{name}: {field} is {one[field]} in the report, wanted {wanted}')


def dump():
    batches, files, epochs, producers = {}, {}, {}, {}
    partition = None
    for line in open(rest[0]):
        if line.startswith('Dumping '):
            path = line.split(' ', 1)[1].strip()
            partition = os.path.split(os.path.dirname(path))
            files[partition] = files.get(partition, 0) + 1
        found = re.match(r'(?:baseOffset: (\d+) last|o)[oO]?ffset: (\d+)', line)
        if not found:
            continue
        if 'isvalid: true' not in line:
            wrong('dump-log finds wrong: ' + line)
        batches.setdefault(partition, []).append(int(found[2]))
        for what, of in (('partitionLeaderEpoch', epochs), ('producerId', producers)):
            told = re.search(what + r': (-?\d+)', line)   # not of old messages
            of.setdefault(partition, []).append(int(told[1]) if told else -1)
    decoded = [int(id) for id in re.findall(r'producerId[:=](\d+)', open(rest[1]).read().replace('producerId: ', ''))]
    coordinated = []
    total = 0
    for place, one in partitions_of(document).items():
        name = '/'.join(place)
        place = (os.path.realpath(place[0]), place[1])
        if place not in files:
            wrong(f'{name}: dump-log has not read it')
        total += len(batches.get(place, []))
        expect(name, files[place], one, 'segments')
        expect(name, len(batches.get(place, [])), one, 'batches')
        if place in batches:
            expect(name, max(batches[place]) + 1, one, 'log_end')
        expect(name, epochs.get(place, [-1])[-1], one, 'last_epoch')
        checkpoint = os.path.join(*place, 'leader-epoch-checkpoint')   # old messages have none
        kept = [int(line.split()[0]) for line in open(checkpoint).read().split('\n')[2:] if line] if os.path.exists(checkpoint) else []
        expect(name, max(epochs.get(place, []) + kept + [-1]), one, 'highest_epoch')
        if one['topic'] == '__transaction_state':
            coordinated.append(one['highest_producer_id'])
        else:
            expect(name, max(producers.get(place, [-1])), one, 'highest_producer_id')
    if not decoded or max(decoded) != max(coordinated):
        wrong(f'__transaction_state: dump-log decodes producer ids up to {max(decoded, default=None)}, the report has {coordinated}')
    print(f'{len(files)} partitions with {total} batches, producer ids up to {max(decoded)}, are what kafka-dump-log reads')


def archive():
    store, version = rest
    scenarios = os.path.dirname(os.path.abspath(__file__))
    text = subprocess.run([sys.executable, f'{scenarios}/archive_lists.py', store, 'eval', 'print(json.dumps(topics)) or True'],
                          check=True, capture_output=True, text=True).stdout
    found = {(one['topic'], one['partition']): one for one in partitions_of(document).values()}
    count = 0
    for topic in json.loads(text.splitlines()[0]):
        for partition in topic['partitions']:
            name = f"{topic['topic']}-{partition['partition']}"
            one = found.get((topic['topic'], partition['partition']))
            if one is None:
                wrong(f'{name} is not in the report')
            # 2.8.2 gives topics ids and writes no partition.metadata.
            if not (one['topic_id'] == '' and version.startswith('2.')):
                expect(name, topic['id'], one, 'topic_id')
            expect(name, partition['log_start'], one, 'log_start')
            expect(name, partition['high_watermark'], one, 'log_end')
            if one['kind'] == 'live':
                expect(name, partition['high_watermark'], one, 'high_watermark')
            # Logs of old messages keep no epochs.
            if partition['leader_epoch'] >= 0 and not topic['topic'].startswith('old'):
                expect(name, partition['leader_epoch'], one, 'highest_epoch')
            count += 1
    if count < 8:
        wrong(f'{count} partitions only')
    print(f'{count} partitions are as the broker told before it was stopped')


def offsets():
    told = {}
    for line in open(rest[0]):
        topic, partition, offset = line.strip().rsplit(':', 2)
        told[(topic, int(partition))] = int(offset)
    for place, one in live().items():
        if not one['topic'].startswith('__'):
            expect(f'{place[0]}-{place[1]}', told.get(place), one, 'log_end')
    print(f'{len(told)} partitions end where the report says that a broker will see their end')


def same():
    ours, theirs = partitions_of(document), partitions_of(json.load(open(rest[0])))
    for place in ours.keys() | theirs.keys():
        if ours.get(place) != theirs.get(place):
            wrong(f'{place}: {ours.get(place)} and {theirs.get(place)}')
    print(f'{len(ours)} partitions are the same')


{'dump': dump, 'archive': archive, 'offsets': offsets, 'same': same}[action]()
