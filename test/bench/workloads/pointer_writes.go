//===- test/bench/workloads/pointer_writes.go - Stores of references into objects -------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What pointer_writes.cpp does, in Go; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

package main

import (
	"runtime"
	"sync/atomic"
)

const objectCount = 256

func store(table []*graphNode, count int) {
	target := uint64(1)
	for i := uint64(0); i != uint64(count); i++ {
		table[i%objectCount].edges[0] = table[target%objectCount]
		target += 7
	}
}

func main() {
	when, nodes, count := argumentText(1), argument(2)<<20/nodeBytes, argument(3)
	threads := 1
	if when == "marking" {
		threads = 2
	} else if when != "idle" {
		fail("pointer_writes: idle or marking")
	}
	heap := makeGraph(nodes)
	objects := make([]*graphNode, objectCount)
	for i := range objects {
		objects[i] = &graphNode{number: uint64(i)}
	}
	runtime.GC()

	var stop int32
	inThreads(threads, func(index int) {
		if index == 1 {
			for atomic.LoadInt32(&stop) == 0 {
				runtime.GC()
			}
			return
		}
		runtime.LockOSThread() // whose processor time is measured
		store(objects, count/10)
		m := begin()
		cpu := processorTime(threadClock)
		store(objects, count)
		cpu = processorTime(threadClock) - cpu
		m.end()
		atomic.StoreInt32(&stop, 1)
		sum := uint64(0)
		for _, object := range objects {
			sum = sum*31 + object.edges[0].number
		}
		m.print(heap.checksum(0, nodes, sum), count, cpu)
	})
}
