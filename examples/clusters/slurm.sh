#!/bin/bash
# One task of a Slurm array evaluates one shard of the images:
#
#   sbatch --array=0-15 examples/clusters/slurm.sh \
#     --model model.explain.json --images /data/images --annotations /data/labels.csv --out /shared/results
#
# and when all are done: saliency-lens merge /shared/results --out /shared/merged
# To run tasks 3 and 7 of 16 again: sbatch --array=3,7 examples/clusters/slurm.sh --shards 16 …
#
# A shard should take several minutes at least. --out must be on a disk that all nodes share.
#SBATCH --job-name=saliency-lens
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=04:00:00
#SBATCH --requeue
# Two minutes before the time is over, so that the task ends cleanly and is requeued.
#SBATCH --signal=B:TERM@120
set -u

# `npm install -g saliency-lens-0.1.0.tgz` on all nodes, or the path of a shared installation.
saliency_lens=${SALIENCY_LENS:-saliency-lens}

# In the background, because bash waits for a program in the foreground before it acts on a signal.
# shellcheck disable=SC2086 # the variable may be a program with its arguments
$saliency_lens evaluate --resume --workers "${SLURM_CPUS_PER_TASK:-1}" "$@" &
program=$!
trap 'kill -TERM "$program"' TERM
wait "$program"
code=$?
# The trap interrupts the first wait.
while kill -0 "$program" 2>/dev/null; do
  wait "$program"
  code=$?
done

# 0: done. 1: done, and failures.jsonl names the images that could not be evaluated, which would fail again.
# 3: ended early; the next attempt continues where this one ended.
if [ "$code" -eq 3 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 5 ]; then
  # The id of this task alone: that of the job would requeue all tasks.
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
fi
[ "$code" -le 1 ]
