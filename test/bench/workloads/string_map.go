//===- test/bench/workloads/string_map.go - A flat map from strings to numbers ----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What string_map.cpp does, in Go; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

package main

type key struct {
	bytes  [32]byte
	length int
	hash   uint32
}

func (k *key) set(number uint64) {
	mixed := (number + 1) * 0x9e3779b97f4a7c15
	mixed ^= mixed >> 32
	for i := 0; i != 16; i++ {
		k.bytes[i] = "0123456789abcdef"[mixed>>(4*i)&15]
	}
	k.length = 16 + int(number%16)
	for i := 16; i != k.length; i++ {
		k.bytes[i] = k.bytes[i-16]
	}
	k.hash = 2166136261
	for i := 0; i != k.length; i++ {
		k.hash = (k.hash ^ uint32(k.bytes[i])) * 16777619
	}
	k.hash |= 1
}

type table struct {
	mask   int
	hashes []uint32
	keys   []string
	values []uint64
}

func newTable(entries int) *table {
	places := 16
	for places < entries*3/2 {
		places *= 2
	}
	return &table{places - 1, make([]uint32, places), make([]string, places), make([]uint64, places)}
}

func (t *table) home(hash uint32) int {
	return int(uint64(hash)*0x9e3779b97f4a7c15>>20) & t.mask
}

func (t *table) placeOf(k *key) int {
	for place := t.home(k.hash); t.hashes[place] != 0; place = (place + 1) & t.mask {
		if t.hashes[place] == k.hash && t.keys[place] == string(k.bytes[:k.length]) {
			return place
		}
	}
	fail("string_map: a key is missing")
	return 0
}

func (t *table) insert(k *key, value uint64) {
	place := t.home(k.hash)
	for t.hashes[place] != 0 {
		place = (place + 1) & t.mask
	}
	t.hashes[place] = k.hash
	t.keys[place] = string(k.bytes[:k.length])
	t.values[place] = value
}

func (t *table) find(k *key) uint64 { return t.values[t.placeOf(k)] }

func (t *table) erase(k *key) {
	hole := t.placeOf(k)
	for next := (hole + 1) & t.mask; t.hashes[next] != 0; next = (next + 1) & t.mask {
		if (next-t.home(t.hashes[next]))&t.mask < (next-hole)&t.mask {
			continue
		}
		t.hashes[hole] = t.hashes[next]
		t.keys[hole] = t.keys[next]
		t.values[hole] = t.values[next]
		hole = next
	}
	t.hashes[hole] = 0
	t.keys[hole] = ""
}

func (t *table) checksum() uint64 {
	sum := uint64(0)
	for i, hash := range t.hashes {
		if hash != 0 {
			sum = sum*31 + t.values[i] + uint64(t.keys[i][len(t.keys[i])-1])
		}
	}
	return sum
}

func main() {
	entries, count := argument(1), argument(2)
	var k key

	m := begin()
	t := newTable(entries)
	numbers := make([]uint64, entries)
	for i := range numbers {
		numbers[i] = uint64(i)
		k.set(uint64(i))
		t.insert(&k, uint64(i))
	}
	r := newRandom()
	sum := uint64(0)
	for i := 0; i != count; i++ {
		k.set(numbers[r.below(entries)])
		sum = sum*31 + t.find(&k)
		number := &numbers[r.below(entries)]
		k.set(*number)
		t.erase(&k)
		*number = uint64(entries + i)
		k.set(*number)
		t.insert(&k, *number)
	}
	m.end()
	m.print(sum+t.checksum(), entries+3*count, 0)
}
