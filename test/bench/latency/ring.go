//===- test/bench/latency/ring.go - A ring of messages, and the time of each push -----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What ring.cpp does, in Go. The parts have the names that they have there, and there is said what they are.
//
//===------------------------------------------------------------------------------------------===//

package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/bits"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"
)

const (
	messageBytes = 1024
	slots        = 200000
	nodeBytes    = 64
	bucketBits   = 6
	buckets      = (65 - bucketBits) << bucketBits
)

type histogram struct {
	counts  [buckets]uint64
	max     uint64
	maxPush uint64
}

func bucket(time uint64) uint64 {
	shift := bits.Len64(time|1) - 1 - bucketBits
	if shift < 0 {
		shift = 0
	}
	return uint64(shift)<<bucketBits + time>>shift
}

func lowest(bucket uint64) uint64 {
	shift := bucket >> bucketBits
	if shift != 0 {
		shift--
	}
	return (bucket - shift<<bucketBits) << shift
}

func (h *histogram) record(time, push uint64) {
	h.counts[bucket(time)]++
	if time > h.max {
		h.max = time
		h.maxPush = push
	}
}

func (h *histogram) list() [][3]uint64 {
	list := [][3]uint64{}
	for i, count := range h.counts {
		if count != 0 {
			list = append(list, [3]uint64{lowest(uint64(i)), lowest(uint64(i)+1) - 1, count})
		}
	}
	return list
}

type node struct {
	left, right *node
	number      uint64
	rest        [5]uint64
}

type random struct{ state uint64 }

func (r *random) below(limit int) int {
	r.state ^= r.state << 13
	r.state ^= r.state >> 7
	r.state ^= r.state << 17
	return int((r.state >> 33) % uint64(limit))
}

func build(count int) *node {
	if count == 0 {
		return nil
	}
	nodes := make([]*node, count)
	for i := range nodes {
		nodes[i] = new(node)
		nodes[i].number = uint64(i)
	}
	r := random{88172645463325252}
	for i := count - 1; i != 0; i-- {
		j := r.below(i + 1)
		nodes[i], nodes[j] = nodes[j], nodes[i]
	}
	for i := range nodes {
		if 2*i+1 < count {
			nodes[i].left = nodes[2*i+1]
		}
		if 2*i+2 < count {
			nodes[i].right = nodes[2*i+2]
		}
	}
	return nodes[0]
}

func heapChecksum(n *node, sum uint64) uint64 {
	if n == nil {
		return sum
	}
	sum = sum*31 + n.number + 1
	return heapChecksum(n.right, heapChecksum(n.left, sum))
}

var ramp [messageBytes + 256]byte

func push(ring [][]byte, number uint64) {
	message := make([]byte, messageBytes)
	copy(message, ramp[number%256:])
	binary.LittleEndian.PutUint64(message, number)
	ring[number%slots] = message
}

var start = time.Now()

// Nanoseconds of the monotonic clock; cheaper than time.Now, which reads two clocks.
func now() uint64 { return uint64(time.Since(start)) }

func pushAll(ring [][]byte, first, count uint64, h *histogram) {
	before := now()
	for number := first; number != first+count; number++ {
		push(ring, number)
		after := now()
		h.record(after-before, number)
		before = after
	}
}

func intact(message []byte, number uint64) bool {
	from := number % 256
	return len(message) == messageBytes && binary.LittleEndian.Uint64(message) == number &&
		bytes.Equal(message[8:], ramp[from+8:from+messageBytes])
}

func ringChecksum(ring [][]byte, pushed uint64) uint64 {
	first := uint64(0)
	if pushed > slots {
		first = pushed - slots
	}
	sum := uint64(0)
	for number := first; number != pushed; number++ {
		message := ring[number%slots]
		if !intact(message, number) {
			fmt.Fprintf(os.Stderr, "ring: message %d is not what was pushed\n", number)
			os.Exit(1)
		}
		for i := 0; i != messageBytes; i += 8 {
			sum = sum*31 + binary.LittleEndian.Uint64(message[i:])
		}
	}
	return sum
}

// User and system time of the process in nanoseconds.
func processorTime() uint64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return uint64(usage.Utime.Nano() + usage.Stime.Nano())
}

func argument(i int) uint64 {
	value, err := strconv.ParseUint(os.Args[i], 10, 63)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return value
}

var warmUpTimes, times histogram

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: ring PUSHES WARM-UP HEAP-MIB")
		os.Exit(2)
	}
	pushes, warmUp := argument(1), argument(2)
	nodes := int(argument(3)) << 20 / nodeBytes
	for i := range ramp {
		ramp[i] = byte(i)
	}

	heap := build(nodes)
	ring := make([][]byte, slots)
	runtime.GC()
	pushAll(ring, 0, warmUp, &warmUpTimes)

	var before, after debug.GCStats
	debug.ReadGCStats(&before)
	beginProcessor := processorTime()
	begin := now()
	pushAll(ring, warmUp, pushes, &times)
	end := now()
	endProcessor := processorTime()
	debug.ReadGCStats(&after)

	collections := int(after.NumGC - before.NumGC)
	pauses := []int64{}
	for i := 0; i < collections && i < len(after.Pause); i++ {
		pauses = append(pauses, after.Pause[i].Nanoseconds())
	}
	text, err := json.Marshal(map[string]interface{}{
		"pushes":         pushes,
		"total_ns":       end - begin,
		"cpu_ns":         endProcessor - beginProcessor,
		"build_ns":       begin,
		"max_ns":         times.max,
		"max_push":       times.maxPush,
		"histogram":      times.list(),
		"collections":    collections,
		"pause_total_ns": (after.PauseTotal - before.PauseTotal).Nanoseconds(),
		"pauses_ns":      pauses,
		"ring_checksum":  fmt.Sprintf("%016x", ringChecksum(ring, warmUp+pushes)),
		"heap_checksum":  fmt.Sprintf("%016x", heapChecksum(heap, 0)),
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}
