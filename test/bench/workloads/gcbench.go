//===- test/bench/workloads/gcbench.go - GCBench of Ellis, Kovac and Boehm --------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What gcbench.cpp does, in Go; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

package main

type node struct {
	left, right *node
	i, j        int32
}

func treeSize(depth int) int { return 2<<depth - 1 }

func populate(depth int, n *node) {
	if depth == 0 {
		return
	}
	n.left = new(node)
	n.right = new(node)
	populate(depth-1, n.left)
	populate(depth-1, n.right)
}

func makeTree(depth int) *node {
	if depth == 0 {
		return new(node)
	}
	left := makeTree(depth - 1)
	right := makeTree(depth - 1)
	return &node{left: left, right: right}
}

func (n *node) count() uint64 {
	if n == nil {
		return 0
	}
	return 1 + n.left.count() + n.right.count()
}

func present(n *node) uint64 {
	if n != nil {
		return 1
	}
	return 0
}

func main() {
	depth := argument(1)
	length := 500000
	if depth > 16 {
		length <<= depth - 16
	}

	m := begin()
	sum := present(makeTree(depth + 2).right)
	longLived := new(node)
	populate(depth, longLived)
	array := make([]float64, length)
	for i := 1; i < length/2; i++ {
		array[i] = 1.0 / float64(i)
	}
	nodes := treeSize(depth+2) + treeSize(depth)
	for d := 4; d <= depth; d += 2 {
		trees := 2 * treeSize(depth+2) / treeSize(d)
		for i := 0; i != trees; i++ {
			tree := new(node)
			populate(d, tree)
			sum += present(tree.left)
		}
		for i := 0; i != trees; i++ {
			sum += present(makeTree(d).right)
		}
		nodes += 2 * trees * treeSize(d)
		sum *= 31
	}
	sum += longLived.count() + uint64(array[1000]*1e6)
	m.end()
	m.print(sum, nodes, 0)
}
