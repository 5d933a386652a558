# Who holds what was made of a lot, on a graph that igraph holds in memory, for `bench trace`.
# Arguments: a file of 64-bit integers in the machine's order (how many items, things, arrows and
# moves; two things an arrow, from lot to item and from what is inside to what it is in; thing,
# site and way of each last move), and the lots to ask of. Prints a line of JSON.
import json
import sys
import time
from array import array
from collections import Counter

import igraph


def memory_kib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon:"))


numbers = array("q")
with open(sys.argv[1], "rb") as file:
    numbers.frombytes(file.read())
n_items, n_things, n_arrows, n_moves = numbers[:4]
arrows, moves = numbers[4 : 4 + 2 * n_arrows], numbers[4 + 2 * n_arrows :]
del numbers
before_kib = memory_kib()
graph = igraph.Graph(
    n=n_things,
    edges=memoryview(arrows).cast("B").cast("q", shape=[n_arrows, 2]),
    directed=True,
)
graph_kib = memory_kib() - before_kib
lots = [int(lot) for lot in sys.argv[2:]]
# What each thing is in; an arrow from a lot is no such thing.
inside = array("q", [-1]) * n_things
for nth in range(n_arrows):
    if arrows[2 * nth + 1] >= n_items:
        inside[arrows[2 * nth]] = arrows[2 * nth + 1]
last = {moves[nth]: (moves[nth + 1], moves[nth + 2]) for nth in range(0, 3 * n_moves, 3)}


def recall(lot):
    held = Counter()
    for thing in graph.subcomponent(lot, mode="out"):
        if thing < n_items:
            while inside[thing] >= 0:
                thing = inside[thing]
            if thing in last:
                held[last[thing]] += 1
    return held


answers = []
for lot in lots:
    started = time.perf_counter()
    held = recall(lot)
    seconds = time.perf_counter() - started
    answers.append({"seconds": seconds, "held": [[*holder, n] for holder, n in held.items()]})
print(json.dumps({"graph_kib": graph_kib, "answers": answers}))
