//===- test/bench/workloads/lru_cache.go - A cache that forgets what was not used for longest -===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What lru_cache.cpp does, in Go; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

package main

import "encoding/binary"

var fills = fillings(128)

type entry struct {
	newer, older, chain *entry
	value               []byte
	key                 uint64
}

func makeValue(key, time uint64) []byte {
	value := make([]byte, 64+key%192)
	copy(value, fills[key&127][:])
	binary.LittleEndian.PutUint64(value, time)
	return value
}

type cache struct {
	capacity, size int
	bits           uint
	buckets        []*entry
	newest, oldest *entry
}

func newCache(capacity int) *cache {
	bits := uint(1)
	for 1<<bits < capacity {
		bits++
	}
	return &cache{capacity: capacity, bits: bits, buckets: make([]*entry, 1<<bits)}
}

func (c *cache) bucket(key uint64) **entry {
	return &c.buckets[key*0x9e3779b97f4a7c15>>(64-c.bits)]
}

func (c *cache) lookUp(key, time uint64) uint64 {
	e := *c.bucket(key)
	for e != nil && e.key != key {
		e = e.chain
	}
	if e == nil {
		return c.insert(key, time)
	}
	if time%10 == 0 {
		e.value = makeValue(key, time)
	}
	c.unlink(e)
	c.link(e)
	return binary.LittleEndian.Uint64(e.value)*2 + uint64(e.value[8])
}

func (c *cache) insert(key, time uint64) uint64 {
	if c.size == c.capacity {
		c.forget(c.oldest)
	} else {
		c.size++
	}
	first := c.bucket(key)
	e := &entry{key: key, value: makeValue(key, time), chain: *first}
	*first = e
	c.link(e)
	return 1
}

func (c *cache) link(e *entry) {
	e.newer = nil
	e.older = c.newest
	if c.newest != nil {
		c.newest.newer = e
	} else {
		c.oldest = e
	}
	c.newest = e
}

func (c *cache) unlink(e *entry) {
	if e.newer != nil {
		e.newer.older = e.older
	} else {
		c.newest = e.older
	}
	if e.older != nil {
		e.older.newer = e.newer
	} else {
		c.oldest = e.newer
	}
}

func (c *cache) forget(e *entry) {
	c.unlink(e)
	place := c.bucket(e.key)
	for *place != e {
		place = &(*place).chain
	}
	*place = e.chain
}

func main() {
	capacity, count := argument(1), argument(2)

	m := begin()
	c := newCache(capacity)
	r := newRandom()
	sum := uint64(0)
	for i := 0; i != count; i++ {
		key := r.below(r.below(8*capacity) + 1)
		sum = sum*31 + c.lookUp(uint64(key), uint64(i))
	}
	checksum := uint64(0)
	for e := c.newest; e != nil; e = e.older {
		checksum = checksum*31 + e.key
	}
	m.end()
	m.print(sum+checksum, count, 0)
}
