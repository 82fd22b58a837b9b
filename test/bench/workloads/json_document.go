//===- test/bench/workloads/json_document.go - JSON documents that are built and dropped ------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What json_document.cpp does, in Go; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

package main

import (
	"fmt"
	"strings"
)

const (
	kindNull = iota
	kindFalse
	kindTrue
	kindNumber
	kindString
	kindArray
	kindRecord
)

type value struct {
	kind        uint8
	number      int64
	text        string
	name        string
	first, next *value
}

type parser struct {
	bytes []byte
	at    int
}

func (p *parser) skipBlanks() byte {
	for p.bytes[p.at] == ' ' || p.bytes[p.at] == '\n' {
		p.at++
	}
	return p.bytes[p.at]
}

func (p *parser) expect(character byte) {
	if p.skipBlanks() != character {
		fail(fmt.Sprintf("json_document: %c expected at %d", character, p.at))
	}
	p.at++
}

func (p *parser) value() *value {
	switch p.skipBlanks() {
	case '{':
		return p.elements(kindRecord, '}')
	case '[':
		return p.elements(kindArray, ']')
	case '"':
		return &value{kind: kindString, text: p.text()}
	case 'n':
		p.at += 4
		return &value{kind: kindNull}
	case 't':
		p.at += 4
		return &value{kind: kindTrue}
	case 'f':
		p.at += 5
		return &value{kind: kindFalse}
	}
	return p.number()
}

func (p *parser) elements(kind uint8, end byte) *value {
	made := &value{kind: kind}
	p.at++
	if p.skipBlanks() == end {
		p.at++
		return made
	}
	var last *value
	for {
		name := ""
		if kind == kindRecord {
			p.skipBlanks()
			name = p.text()
			p.expect(':')
		}
		element := p.value()
		element.name = name
		if last != nil {
			last.next = element
		} else {
			made.first = element
		}
		last = element
		if p.skipBlanks() == end {
			break
		}
		p.expect(',')
	}
	p.at++
	return made
}

func (p *parser) text() string {
	p.expect('"')
	end := p.at
	for p.bytes[end] != '"' {
		end++
	}
	text := string(p.bytes[p.at:end])
	p.at = end + 1
	return text
}

func (p *parser) number() *value {
	negative := p.bytes[p.at] == '-'
	if negative {
		p.at++
	}
	if p.bytes[p.at] < '0' || p.bytes[p.at] > '9' {
		fail(fmt.Sprintf("json_document: a value expected at %d", p.at))
	}
	made := &value{kind: kindNumber}
	for p.bytes[p.at] >= '0' && p.bytes[p.at] <= '9' {
		made.number = made.number*10 + int64(p.bytes[p.at]-'0')
		p.at++
	}
	if negative {
		made.number = -made.number
	}
	return made
}

type sum struct {
	checksum uint64
	values   int
}

func (s *sum) addText(text string) {
	if len(text) != 0 {
		s.checksum = s.checksum*31 + uint64(text[0]) + uint64(text[len(text)-1]) + uint64(len(text))
	}
}

func (s *sum) add(v *value) {
	s.values++
	s.checksum = s.checksum*31 + uint64(v.kind) + uint64(v.number)
	s.addText(v.text)
	s.addText(v.name)
	for element := v.first; element != nil; element = element.next {
		s.add(element)
	}
}

func document(records int) []byte {
	var text strings.Builder
	text.WriteString("[")
	for i := 0; i != records; i++ {
		if i != 0 {
			text.WriteString(",")
		}
		fmt.Fprintf(&text, "\n{\"id\": %d, \"name\": \"record number %d\", \"tags\": [\"t%d\", \"tag %d\", \"\"], ",
			i, i, i%7, i%1000)
		fmt.Fprintf(&text, "\"balance\": -%d, \"active\": %t, \"parent\": null, ", i*37%100003, i%3 != 0)
		fmt.Fprintf(&text, "\"place\": {\"street\": \"street %d\", \"number\": %d, \"point\": [%d, -%d]}}",
			i%512, i%99, i%180, i%90)
	}
	text.WriteString("\n]\n")
	return []byte(text.String())
}

func main() {
	records, count := argument(1), argument(2)
	text := document(records)

	m := begin()
	var s sum
	for i := 0; i != count; i++ {
		p := parser{bytes: text}
		s.add(p.value())
	}
	m.end()
	m.print(s.checksum+uint64(len(text)), s.values, 0)
}
