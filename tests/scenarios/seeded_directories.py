#!/usr/bin/env python3
"""Whether seeded log directories are what was lost.

  seeded_directories.py SOURCE SERVERS VERSION [TOPIC...]    SOURCE/<id>/data*, SERVERS/kafka-<id>/data*; TOPICs: compacted, bytes differ

SOURCE are the directories of brokers that ended in good order after the archive: their logs are the archived bytes, their .snapshot
files what a broker remembers of producers.
"""
import glob, os, struct, sys

source, servers, version, *compacted = sys.argv[1:]
markers_have_times = [int(part) for part in version.split('.')] >= [2, 8]   # older brokers keep the time of the last records


def wrong(text):
    print(text)
    sys.exit(1)


def log_of(directory):
    return b''.join(open(file, 'rb').read() for file in sorted(glob.glob(f'{directory}/*.log')))


def producers_of(directory):
    """(offset of the snapshot, its entries); a broker writes none of a log that never had a record"""
    files = sorted(glob.glob(f'{directory}/*.snapshot'))
    if not files:
        return None, []
    file = files[-1]
    data = open(file, 'rb').read()
    count = struct.unpack('>i', data[6:10])[0]
    if len(data) != 10 + 46 * count:
        wrong(f'{file}: its length is not that of its entries')
    entries = sorted(struct.unpack('>qhiqiqiq', data[10 + 46 * i:56 + 46 * i]) for i in range(count))
    return os.path.basename(file), entries if markers_have_times else [entry[:5] + entry[6:] for entry in entries]


def partitions_of(pattern):
    return {os.path.basename(path): path for path in glob.glob(pattern) if os.path.isdir(path)}


compared = producers = 0
for broker in sorted(os.listdir(source)):
    lost = partitions_of(f'{source}/{broker}/data*/*')
    seeded = partitions_of(f'{servers}/kafka-{broker}/data*/*')
    if lost.keys() != seeded.keys():
        wrong(f'broker {broker}: only lost {sorted(lost.keys() - seeded.keys())}, only seeded {sorted(seeded.keys() - lost.keys())}')
    loads = [sum(os.path.getsize(file) for file in glob.glob(f'{path}/*/*.log')) for path in sorted(glob.glob(f'{servers}/kafka-{broker}/data*'))]
    if len(loads) > 1 and max(loads) > sum(loads) * 0.8:
        wrong(f'broker {broker}: bytes by log directory: {loads}')
    for name in sorted(lost):
        ours, theirs = log_of(seeded[name]), log_of(lost[name])
        if name.rsplit('-', 1)[0] not in compacted:
            # A log whose beginning was deleted is archived from there on.
            if not theirs.endswith(ours) or (ours == b'') != (theirs == b'' or name.startswith('emptied')):
                wrong(f'{seeded[name]}: {len(ours)} bytes, not the last of the {len(theirs)} of {lost[name]}')
            if len(ours) != len(theirs) and not name.startswith(('trimmed', 'emptied', *compacted)):
                wrong(f'{seeded[name]}: {len(ours)} bytes, {len(theirs)} were lost')
            compared += len(ours)
        kept, remembered = producers_of(lost[name]), producers_of(seeded[name])
        if remembered[1] != kept[1] or kept[0] not in (None, remembered[0]):
            wrong(f'{seeded[name]}: producers {remembered}, the broker kept {kept}')
        producers += len(remembered[1])
        files = [f'{path}/partition.metadata' for path in (lost[name], seeded[name])]
        there = [open(file).read() if os.path.exists(file) else None for file in files]
        if there[0] not in (None, there[1]):   # 2.8 has not written each of them at once
            wrong(f'{files[1]}: {there[1]!r}, it was {there[0]!r}')
        epochs = [open(f'{path}/leader-epoch-checkpoint').read().split()[2:] for path in (lost[name], seeded[name])]
        if not set(zip(epochs[1][::2], epochs[1][1::2])) <= set(zip(epochs[0][::2], epochs[0][1::2])) and not name.startswith(('trimmed', 'emptied', *compacted)):
            wrong(f'{seeded[name]}: leader epochs {epochs[1]}, the broker had {epochs[0]}')
if compared == 0 or producers == 0:
    wrong('nothing was compared')
print(f'{compared} bytes of logs and {producers} producers are what the brokers had')
