#!/usr/bin/env python3
"""cron_job_test.py ARKIVE SOURCE: the CronJob of packaging/kubernetes is sound and its command line is one that arkive takes."""

import os
import re
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    print("skipped: python3-yaml is not installed")
    sys.exit(77)

ARKIVE, SOURCE = os.path.realpath(sys.argv[1]), sys.argv[2]
FAILED = 1  # exit status of arkive: tried and failed; 2 is that of a wrong command line


def expect(truth, what):
    if not truth:
        sys.exit(f"FAILED: {what}")


def in_scratch(line, scratch):
    """The container's shell line with its absolute directories below `scratch`."""
    return re.sub(r"(?<![\w/])/(?=(tmp|secret|backup)/)", scratch + "/", line)


def run(line, scratch):
    environment = {"PATH": os.path.join(scratch, "bin") + ":/usr/bin:/bin", "HOME": scratch}
    return subprocess.run(["/bin/sh", "-c", line], env=environment, cwd=scratch, capture_output=True, text=True, timeout=50)


with open(os.path.join(SOURCE, "packaging/kubernetes/cronjob.yaml"), encoding="utf-8") as file:
    documents = list(yaml.safe_load_all(file))
expect(len(documents) == 1, "one document")
job = documents[0]
expect((job["apiVersion"], job["kind"]) == ("batch/v1", "CronJob"), "it is a CronJob of batch/v1")
expect(len(job["spec"]["schedule"].split()) == 5, "the schedule has five fields")
expect(job["spec"]["concurrencyPolicy"] == "Forbid", "runs do not overlap")
pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
expect(pod["restartPolicy"] in ("Never", "OnFailure"), "a job's pod may not restart always")
[container] = pod["containers"]
volumes = {volume["name"] for volume in pod["volumes"]}
mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
expect(set(mounts) == volumes, f"every volume is mounted and every mount has a volume: {mounts} {volumes}")

# The user of the image is the one the pod runs as, and the program is where the shell looks for it.
with open(os.path.join(SOURCE, "packaging/Dockerfile"), encoding="utf-8") as file:
    dockerfile = file.read()
user = str(pod["securityContext"]["runAsUser"])
expect(f"useradd --uid {user} " in dockerfile and f"\nUSER {user}\n" in dockerfile, f"the image has the user {user}")
expect('ENTRYPOINT ["/usr/bin/arkive"]' in dockerfile, "the program is in the search path")

expect(container["command"] == ["/bin/sh", "-c"], "a shell runs the line")
[line] = container["args"]
values = {variable["name"]: variable["value"] for variable in container["env"]}
expect(set(re.findall(r"\$\((\w+)\)", line)) == set(values), "every variable is given and used")
for path in re.findall(r"(?<![\w/])/\w+(?=/)", line):
    expect(path in mounts.values(), f"{path} is mounted, for the container's own file system is read-only")

with tempfile.TemporaryDirectory() as scratch:
    for name in ("bin", "secret", "tmp", "backup"):
        os.mkdir(os.path.join(scratch, name))
    os.symlink(ARKIVE, os.path.join(scratch, "bin", "arkive"))
    with open(os.path.join(scratch, "secret", "auth"), "w", encoding="utf-8") as file:
        file.write("digest:backup:word\n")
    os.chmod(file.name, 0o440)  # as defaultMode says
    line = line.replace("$(ARKIVE_ZK)", "127.0.0.1:1").replace("arkive dump", "arkive dump --timeout 1s")
    line = in_scratch(line, scratch)
    run(line, scratch)
    done = run(line, scratch)  # again, as a container that is started anew in its pod
    expect(done.returncode == FAILED and "connect to ZooKeeper: '127.0.0.1:1'" in done.stderr,
           f"all is taken, nobody answers; exit status {done.returncode} of {line}\n{done.stdout}{done.stderr}")
    expect(os.stat(os.path.join(scratch, "tmp", "auth")).st_mode & 0o777 == 0o600, "the copied secret is its owner's alone")
    # The proof that an option too many would have been seen.
    done = run(line + " --no-such-option", scratch)
    expect(done.returncode == 2, f"an unknown option is a usage error: {done.returncode}")
print("ok")
