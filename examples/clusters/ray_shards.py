"""Evaluates the shards of a set of images on a Ray cluster, and merges them.

    python ray_shards.py --shards 16 --merged /shared/merged -- \
        --model model.explain.json --images /data/images --annotations /data/labels.csv --out /shared/results

A shard is a task: Ray starts it again if its node is lost, and it then continues with what the first attempt left in
--out, which must be on a disk that all nodes share.
"""

import argparse
import os
import shlex
import subprocess
import sys

import ray

DONE, SOME_FAILED, USAGE, ENDED_EARLY = 0, 1, 2, 3


class EndedEarly(Exception):
    """The shard is not complete; another attempt continues it."""


class Wrong(Exception):
    """The command is wrong, which another attempt would not change."""


def evaluate(program: list[str], shard: int, shards: int, flags: list[str], cpus: int) -> int:
    """Returns the exit code, 0 or 1; raises EndedEarly to be tried again."""
    command = [*program, "evaluate", "--shard", f"{shard}/{shards}", "--resume", "--workers", str(cpus), *flags]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        _, messages = process.communicate()
    finally:
        # If Ray ends this task, its program must not go on.
        process.kill()
    if process.returncode in (DONE, SOME_FAILED):
        return process.returncode
    if process.returncode == USAGE:
        raise Wrong(messages)
    raise EndedEarly(f"exit code {process.returncode}: {messages[-2000:]}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=int, required=True)
    parser.add_argument("--merged", required=True, help="folder of the merged results")
    parser.add_argument("--cpus", type=int, default=1, help="cores of one shard")
    parser.add_argument("--address", help="of the cluster (default: that of the environment, else this machine)")
    parser.add_argument("--saliency-lens", default=os.environ.get("SALIENCY_LENS", "saliency-lens"))
    parser.add_argument("flags", nargs=argparse.REMAINDER, help="-- and the flags of evaluate")
    args = parser.parse_args()
    flags = args.flags[1:] if args.flags[:1] == ["--"] else args.flags
    if "--out" not in flags:
        parser.error("the flags of evaluate need --out")
    out = flags[flags.index("--out") + 1]
    program = shlex.split(args.saliency_lens)

    ray.init(address=args.address)
    # A lost node is always tried again; retry_exceptions adds shards that ended early.
    task = ray.remote(num_cpus=args.cpus, max_retries=5, retry_exceptions=[EndedEarly])(evaluate)
    shards = [task.remote(program, shard, args.shards, flags, args.cpus) for shard in range(args.shards)]
    try:
        codes = ray.get(shards)
    except ray.exceptions.RayTaskError as error:
        print(error.cause or error, file=sys.stderr)
        return USAGE if isinstance(error.cause, Wrong) else ENDED_EARLY
    code = subprocess.run([*program, "merge", out, "--out", args.merged]).returncode
    return max(code, *codes)


if __name__ == "__main__":
    sys.exit(main())
