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


def report(samples, version, **settings):
    """Prints what was measured, as the last line."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"samples": samples, "version": version, "memory": memory, "settings": settings}))
