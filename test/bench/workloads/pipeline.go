//===- test/bench/workloads/pipeline.go - Three goroutines that hand messages on --------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What pipeline.cpp does, in Go; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

package main

const (
	batchSize = 128
	queueSize = 16
)

var fills = fillings(256)

type message struct {
	payload []byte
	number  uint64
}

type batch struct {
	messages [batchSize]*message
	size     int
}

func produce(count int, made chan<- *batch) {
	for i := 0; i < count; {
		b := new(batch)
		for ; b.size != batchSize && i < count; i++ {
			m := &message{payload: make([]byte, 32+i%128), number: uint64(i)}
			copy(m.payload, fills[byte(i)][:])
			b.messages[b.size] = m
			b.size++
		}
		made <- b
	}
	close(made)
}

func change(made <-chan *batch, changed chan<- *batch) {
	for b := range made {
		for _, m := range b.messages[:b.size] {
			payload := make([]byte, len(m.payload))
			copy(payload, m.payload)
			payload[0]++
			payload[len(payload)-1]++
			m.payload = payload
		}
		changed <- b
	}
	close(changed)
}

func consume(window int, changed <-chan *batch) uint64 {
	kept := make([]*message, window)
	sum := uint64(0)
	for b := range changed {
		for _, m := range b.messages[:b.size] {
			sum = sum*31 + m.number + uint64(m.payload[0]) + uint64(m.payload[len(m.payload)-1])
			place := &kept[m.number%uint64(window)]
			if old := *place; old != nil {
				sum += uint64(old.payload[len(old.payload)/2])
			}
			*place = m
		}
	}
	for _, m := range kept {
		if m != nil {
			sum = sum*31 + m.number
		}
	}
	return sum
}

func main() {
	count, window := argument(1), argument(2)
	made, changed := make(chan *batch, queueSize), make(chan *batch, queueSize)

	m := begin()
	sum := uint64(0)
	inThreads(3, func(index int) {
		switch index {
		case 0:
			produce(count, made)
		case 1:
			change(made, changed)
		case 2:
			sum = consume(window, changed)
		}
	})
	m.end()
	m.print(sum, count, 0)
}
