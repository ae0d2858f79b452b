"""A Ray cluster on this machine for the tests: a head without cores, and two nodes with one each.

Prints its address, loses a node at the line 'lose' on stdin, and ends with stdin.
"""

import sys

from ray.cluster_utils import Cluster

cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": 100 * 2**20})
nodes = [cluster.add_node(num_cpus=1, object_store_memory=100 * 2**20) for _ in range(2)]
cluster.wait_for_nodes()
print(cluster.address, flush=True)
for line in sys.stdin:
    if line.strip() == "lose":
        cluster.remove_node(nodes.pop(), allow_graceful=False)
        print("lost", flush=True)
cluster.shutdown()
