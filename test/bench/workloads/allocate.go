//===- test/bench/workloads/allocate.go - Objects that are allocated and dropped --------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What allocate.cpp does, in Go; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

package main

import (
	"fmt"
	"sync/atomic"
)

// A loop for each size: what a type parameter would call through a dictionary is written out.

const (
	slotCount   = 8
	targetCount = 64
	nodeBytes   = 64
)

type node struct {
	left, right *node
	number      uint64
	rest        [5]uint64
}

var targets [targetCount]*node

func makeTree(count int) *node {
	if count == 0 {
		return nil
	}
	n := &node{number: uint64(count)}
	n.left = makeTree((count - 1) / 2)
	n.right = makeTree(count - 1 - (count-1)/2)
	return n
}

func (n *node) checksum(sum uint64) uint64 {
	if n == nil {
		return sum
	}
	return n.right.checksum(n.left.checksum(sum*31 + n.number))
}

type referring16 struct {
	reference *node
	number    uint64
}

func makeAndDropReferring16(count uint64) uint64 {
	var slots [slotCount]*referring16
	for i := range slots {
		slots[i] = &referring16{reference: targets[i%targetCount], number: uint64(i)}
	}
	sum := uint64(0)
	for i := uint64(0); i != count; i++ {
		slot := &slots[i%slotCount]
		sum += (*slot).number
		*slot = &referring16{reference: targets[i%targetCount], number: i}
	}
	for _, object := range slots {
		sum = sum*31 + object.number
	}
	return sum
}

type referring32 struct {
	reference *node
	number    uint64
	rest      [2]uint64
}

func makeAndDropReferring32(count uint64) uint64 {
	var slots [slotCount]*referring32
	for i := range slots {
		slots[i] = &referring32{reference: targets[i%targetCount], number: uint64(i)}
	}
	sum := uint64(0)
	for i := uint64(0); i != count; i++ {
		slot := &slots[i%slotCount]
		sum += (*slot).number
		*slot = &referring32{reference: targets[i%targetCount], number: i}
	}
	for _, object := range slots {
		sum = sum*31 + object.number
	}
	return sum
}

type referring64 struct {
	reference *node
	number    uint64
	rest      [6]uint64
}

func makeAndDropReferring64(count uint64) uint64 {
	var slots [slotCount]*referring64
	for i := range slots {
		slots[i] = &referring64{reference: targets[i%targetCount], number: uint64(i)}
	}
	sum := uint64(0)
	for i := uint64(0); i != count; i++ {
		slot := &slots[i%slotCount]
		sum += (*slot).number
		*slot = &referring64{reference: targets[i%targetCount], number: i}
	}
	for _, object := range slots {
		sum = sum*31 + object.number
	}
	return sum
}

type referring128 struct {
	reference *node
	number    uint64
	rest      [14]uint64
}

func makeAndDropReferring128(count uint64) uint64 {
	var slots [slotCount]*referring128
	for i := range slots {
		slots[i] = &referring128{reference: targets[i%targetCount], number: uint64(i)}
	}
	sum := uint64(0)
	for i := uint64(0); i != count; i++ {
		slot := &slots[i%slotCount]
		sum += (*slot).number
		*slot = &referring128{reference: targets[i%targetCount], number: i}
	}
	for _, object := range slots {
		sum = sum*31 + object.number
	}
	return sum
}

type plain32 struct {
	number uint64
	rest   [3]uint64
}

func makeAndDropPlain32(count uint64) uint64 {
	var slots [slotCount]*plain32
	for i := range slots {
		slots[i] = &plain32{number: uint64(i)}
	}
	sum := uint64(0)
	for i := uint64(0); i != count; i++ {
		slot := &slots[i%slotCount]
		sum += (*slot).number
		*slot = &plain32{number: i}
	}
	for _, object := range slots {
		sum = sum*31 + object.number
	}
	return sum
}

func main() {
	what := fmt.Sprint(argumentText(1), argument(2))
	threads, count, nodes := argument(3), uint64(argument(4)), argument(5)<<20/nodeBytes
	makeAndDrop, known := map[string]func(uint64) uint64{
		"pointers16": makeAndDropReferring16, "pointers32": makeAndDropReferring32,
		"pointers64": makeAndDropReferring64, "pointers128": makeAndDropReferring128,
		"bytes32": makeAndDropPlain32,
	}[what]
	if !known {
		fail("allocate: KIND SIZE is pointers 16, 32, 64, 128, or bytes 32")
	}
	live := makeTree(nodes)
	r := newRandom()
	for i := range targets {
		for n := live; n != nil; {
			targets[i] = n
			if r.below(2) != 0 {
				n = n.left
			} else {
				n = n.right
			}
		}
	}
	makeAndDrop(count / 10)

	m := begin()
	sum := uint64(0)
	inThreads(threads, func(int) { atomic.AddUint64(&sum, makeAndDrop(count)) })
	m.end()
	m.print(live.checksum(sum), int(count)*threads, 0)
}
