//===- test/bench/workloads/full_mark.go - Collections of a heap that is alive ----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What full_mark.cpp does, in Go; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

package main

import "runtime"

func main() {
	count, cycles := argument(1)<<20/nodeBytes, argument(2)
	root := makeGraph(count)
	runtime.GC()

	m := begin()
	for i := 0; i != cycles; i++ {
		runtime.GC()
	}
	m.end()
	m.print(root.checksum(0, count, 0), count*cycles, 0)
}
