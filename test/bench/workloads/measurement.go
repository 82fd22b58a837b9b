//===- test/bench/workloads/measurement.go - The measured section of a workload in Go ---------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What random.h, threads.h and measurement.h are to the workloads in C++.
//
//===------------------------------------------------------------------------------------------===//

package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

type random struct{ state uint64 }

func newRandom() *random { return &random{88172645463325252} }

func (r *random) below(limit int) int {
	r.state ^= r.state << 13
	r.state ^= r.state >> 7
	r.state ^= r.state << 17
	return int((r.state >> 33) % uint64(limit))
}

func argumentText(i int) string {
	if i >= len(os.Args) {
		fmt.Fprintf(os.Stderr, "%s: argument %d is missing\n", os.Args[0], i)
		os.Exit(2)
	}
	return os.Args[i]
}

func argument(i int) int {
	value, err := strconv.Atoi(argumentText(i))
	if err != nil {
		fail(err)
	}
	return value
}

func fail(message interface{}) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(1)
}

// Calls body(0) to body(count - 1), each in a goroutine of its own; of one in the calling one.
func inThreads(count int, body func(index int)) {
	if count == 1 {
		body(0)
		return
	}
	var group sync.WaitGroup
	group.Add(count)
	for i := 0; i != count; i++ {
		go func(index int) {
			defer group.Done()
			body(index)
		}(i)
	}
	group.Wait()
}

// Arrays of 256 bytes i: to copy from them is what memset is in C.
func fillings(count int) [][256]byte {
	fills := make([][256]byte, count)
	for i := range fills {
		for k := range fills[i] {
			fills[i][k] = byte(i)
		}
	}
	return fills
}

const (
	processClock = 2
	threadClock  = 3
)

// Nanoseconds of processor time.
func processorTime(clock uintptr) uint64 {
	var time syscall.Timespec
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clock, uintptr(unsafe.Pointer(&time)), 0); errno != 0 {
		fail(errno)
	}
	return uint64(time.Nano())
}

func collections() uint32 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.NumGC
}

type measurement struct {
	collections uint32
	cpu         uint64
	begin       time.Time
	elapsed     time.Duration
}

func begin() *measurement {
	return &measurement{collections(), processorTime(processClock), time.Now(), 0}
}

func (m *measurement) end() {
	m.elapsed = time.Since(m.begin)
	m.cpu = processorTime(processClock) - m.cpu
	m.collections = collections() - m.collections
}

// threadCPU: nanoseconds of the one thread that the operations were made by, if that is what counts.
func (m *measurement) print(checksum uint64, operations int, threadCPU uint64) {
	fmt.Printf("{\"checksum\": \"%016x\", \"operations\": %d, \"seconds\": %.9f, \"cpu\": %.9f, \"collections\": %d",
		checksum, operations, m.elapsed.Seconds(), float64(m.cpu)/1e9, m.collections)
	if threadCPU != 0 {
		fmt.Printf(", \"thread_cpu\": %.9f", float64(threadCPU)/1e9)
	}
	fmt.Println("}")
}
