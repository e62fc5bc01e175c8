"""What every Python runner needs: timing and the line that the benchmark reads."""

import json
import resource
import time


def time_each(work, count, warm_up):
    """Milliseconds of each of `count` runs of `work`, after `warm_up` runs that are not counted."""
    for _ in range(warm_up):
        work()
    samples = []
    for _ in range(count):
        start = time.perf_counter()
        work()
        samples.append((time.perf_counter() - start) * 1e3)
    return samples


def private_memory(pid):
    """MiB that another process shares with nobody, now."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith("Private_")) / 1024


def report(samples, version, others=0, **settings):
    """Prints what was measured, as the last line; `others` is the memory of processes beside this one, in MiB."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 + others
    print(json.dumps({"samples": samples, "version": version, "memory": memory, "settings": settings}))
