"""All measurements that `make bench` prints, each in a process of its own."""

import subprocess
import sys

PARTS = ("bench.pages", "bench.lists", "bench.run")

if __name__ == "__main__":
    for part in PARTS:
        subprocess.run([sys.executable, "-m", part, *sys.argv[1:]], check=True)
        print()
