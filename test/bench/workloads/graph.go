//===- test/bench/workloads/graph.go - A graph of small nodes ---------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What graph.h has, in Go; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

package main

const nodeBytes = 64

type graphNode struct {
	number uint64
	edges  [4]*graphNode
	rest   [3]uint64
}

func makeGraph(count int) *graphNode {
	nodes := make([]*graphNode, count)
	for i := range nodes {
		nodes[i] = new(graphNode)
	}
	r := newRandom()
	for i := count - 1; i != 0; i-- {
		j := r.below(i + 1)
		nodes[i], nodes[j] = nodes[j], nodes[i]
	}
	for i, node := range nodes {
		node.number = uint64(i)
		edges := 2 + r.below(3)
		for k := 0; k != edges; k++ {
			target := 2*i + 1 + k
			if k >= 2 || target >= count {
				target = r.below(count)
			}
			node.edges[k] = nodes[target]
			node.rest[0] += uint64(target)
		}
	}
	return nodes[0]
}

func (n *graphNode) checksum(number, count int, sum uint64) uint64 {
	sum = sum*31 + n.number + n.rest[0]*7
	for k := 0; k != 2; k++ {
		if child := 2*number + 1 + k; child < count {
			sum = n.edges[k].checksum(child, count, sum)
		}
	}
	return sum
}
