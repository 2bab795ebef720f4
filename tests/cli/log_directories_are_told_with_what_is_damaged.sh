# Three batches of two records: that of docs/format-archive.md, with other base offsets, which are under no checksum.
rest_of_batch='\0\0\0\x46\0\0\0\3\2\x96\x97\x76\x20\0\0\0\0\0\1\0\0\1\xa1\xfb\x4b\xa0\xc0\0\0\1\xa1\xfb\x4b\xa0\xc7\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\2\x1a\0\0\0\4\x6b\x31\x0a\x66\x69\x72\x73\x74\0\x0c\0\x0e\2\1\0\0'
batch() { printf '\0\0\0\0\0\0\0\'"$1$rest_of_batch"; }
mkdir -p data/orders-0 data/orders-1
printf 'version=0\nbroker.id=1\ncluster.id=TTQsM-xMRVSd4-ASz79zRQ\n' > data/meta.properties
touch data/.kafka_cleanshutdown
log=data/orders-0/00000000000000000000.log
{ batch 0; batch 2; batch 4; } > "$log"
touch data/orders-1/00000000000000000000.log
arkive inspect-logs data
echo "sound: $?"
arkive inspect-logs data --quiet --headers-only
echo "quiet: $?"
printf 'F' | dd of="$log" bs=1 seek=155 conv=notrunc status=none
arkive inspect-logs data -o report.json
echo "a changed byte: $?"
stat -c %a report.json
arkive inspect-logs data --json | sed 's/"host": .*/"host"/; s/"inspected_ms": .*/"inspected_ms"/; s/"seal": .*/"seal"/'
{ batch 0; batch 2; batch 4 | head -c 50; } > "$log"
arkive inspect-logs data
echo "cut short after an end in good order: $?"
rm data/.kafka_cleanshutdown
arkive inspect-logs data
echo "cut short by a kill: $?"
rm "$log"; ln -s /dev/null "$log"; rm data/meta.properties
arkive inspect-logs data --broker 7
echo "not to be read: $?"
mkdir empty
arkive inspect-logs empty
echo "empty: $?"
arkive inspect-logs absent 2>&1
echo "absent: $?"
arkive inspect-logs data data 2>&1
echo "twice: $?"
ls
