//===- test/bench/workloads/binary_trees.go - The benchmark game's binary trees ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What binary_trees.cpp does, in Go; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

package main

import "sync/atomic"

type node struct{ left, right *node }

func makeTree(depth int) *node {
	n := new(node)
	if depth != 0 {
		n.left = makeTree(depth - 1)
		n.right = makeTree(depth - 1)
	}
	return n
}

func (n *node) count() uint64 {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func main() {
	const least = 4
	depth, threads := argument(1), argument(2)
	if depth < least+2 {
		depth = least + 2
	}

	m := begin()
	total := makeTree(depth + 1).count()
	sum := total
	longLived := makeTree(depth)
	for d := least; d <= depth; d += 2 {
		trees := 1 << (depth - d + least)
		var nodes uint64
		inThreads(threads, func(index int) {
			mine := uint64(0)
			for i := index; i < trees; i += threads {
				mine += makeTree(d).count()
			}
			atomic.AddUint64(&nodes, mine)
		})
		total += nodes
		sum = sum*31 + nodes
	}
	left := longLived.count()
	m.end()
	m.print(sum*31+left, int(total+left), 0)
}
