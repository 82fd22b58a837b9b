#!/usr/bin/env python3
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints the tricolor_maps sections of a relocatable x86-64 ELF object as text for FileCheck.

One block per record:

  function NAME: N sites [group GROUP] [link SECTION]
    site +OFFSET -> CALLEE: ENTRY, ENTRY...

CALLEE is the symbol that the call before the site's return address relocates to, or `indirect`.
An entry is e.g. `slot rsp+8`, `tolerant rsp+16`, `range rsp+0 x4`, `mask rsp+8 [E.T]` (E exact, T
tolerant, . none), `repeat rsp+0 x10 [E.]`, `register rbx`,
`frame`. Everything malformed ends the program with an error.

usage: dump_maps.py [--no-offsets] object.o
"""

import struct
import sys

REGISTERS = {3: "rbx", 6: "rbp", 7: "rsp"}
# A poll preserves all but rsp and r11.
PRESERVED = {0: "rax", 1: "rdx", 2: "rcx", 3: "rbx", 4: "rsi", 5: "rdi", 6: "rbp"}
PRESERVED |= {number: f"r{number}" for number in (8, 9, 10, 12, 13, 14, 15)}
SHT_SYMTAB, SHT_RELA, SHT_GROUP = 2, 4, 17
SHF_ALLOC, SHF_LINK_ORDER, SHF_GROUP, SHF_WRITE = 2, 0x80, 0x200, 1
VERSION = 2


def fail(message):
    sys.exit(f"dump_maps: error: {message}")


class Object:
    def __init__(self, path):
        self.data = open(path, "rb").read()
        if self.data[:6] != b"\x7fELF\x02\x01":
            fail(f"{path} is not a little-endian ELF64 file")
        (shoff,) = struct.unpack_from("<Q", self.data, 40)
        shentsize, shnum, shstrndx = struct.unpack_from("<HHH", self.data, 58)
        first = struct.unpack_from("<IIQQQQIIQQ", self.data, shoff)
        shnum = shnum or first[5]
        shstrndx = first[6] if shstrndx == 0xFFFF else shstrndx
        names = ("name", "type", "flags", "addr", "offset", "size", "link", "info", "align", "entsize")
        self.sections = [
            dict(zip(names, struct.unpack_from("<IIQQQQIIQQ", self.data, shoff + i * shentsize)))
            for i in range(shnum)
        ]
        for section in self.sections:
            section["name"] = self.string(shstrndx, section["name"])
            section["relocations"] = []
        self.read_symbols()
        for section in self.sections:
            if section["type"] == SHT_RELA:
                body = self.bytes(section)
                target = self.sections[section["info"]]
                for at in range(0, len(body), 24):
                    offset, info, addend = struct.unpack_from("<QQq", body, at)
                    target["relocations"].append((offset, info & 0xFFFFFFFF, info >> 32, addend))

    def bytes(self, section):
        return self.data[section["offset"] : section["offset"] + section["size"]]

    def string(self, table, at):
        start = self.sections[table]["offset"] + at
        return self.data[start : self.data.index(b"\0", start)].decode()

    def read_symbols(self):
        self.symbols = []
        extended = None
        for section in self.sections:
            if section["type"] == 18:  # SHT_SYMTAB_SHNDX
                extended = self.bytes(section)
        for section in self.sections:
            if section["type"] != SHT_SYMTAB:
                continue
            body = self.bytes(section)
            for at in range(0, len(body), 24):
                name, info, _, shndx, value, size = struct.unpack_from("<IBBHQQ", body, at)
                if shndx == 0xFFFF:
                    (shndx,) = struct.unpack_from("<I", extended, at // 24 * 4)
                kind = info & 15
                text = self.string(section["link"], name)
                if kind == 3:
                    text = self.sections[shndx]["name"]
                self.symbols.append((text, kind, shndx, value, size))

    def group_of(self, index):
        for section in self.sections:
            if section["type"] == SHT_GROUP:
                body = self.bytes(section)
                if index in struct.unpack(f"<{len(body) // 4}I", body)[1:]:
                    return self.symbols[section["info"]][0]
        return None

    def function_at(self, shndx, value):
        best = None
        for name, kind, section, start, size in self.symbols:
            if kind == 2 and section == shndx and start == value:
                best = name if best is None else min(best, name)
        return best


class Reader:
    def __init__(self, data, at, end):
        self.data, self.at, self.end = data, at, end

    def byte(self):
        if self.at >= self.end:
            fail("a root list runs over the end of its record")
        self.at += 1
        return self.data[self.at - 1]

    def unsigned(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if not byte & 128:
                return value

    def signed(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if not byte & 128:
                return value - (1 << shift) if byte & 64 else value

    def sets(self, words):
        exact = [self.byte() for _ in range((words + 7) // 8)]
        tolerant = [self.byte() for _ in range((words + 7) // 8)]
        text = ""
        for i in range(words):
            e, t = exact[i // 8] >> i % 8 & 1, tolerant[i // 8] >> i % 8 & 1
            if e and t:
                fail("a word is both exact and tolerant")
            text += "E" if e else "T" if t else "."
        return text


def root_list(reader):
    entries = []
    while True:
        head = reader.byte()
        kind, register = head & 7, head >> 3
        if kind == 0:
            return entries
        if kind == 7:
            entries.append("frame")
            continue
        if kind == 6:
            if register not in PRESERVED:
                fail(f"register {register} does not survive a call")
            entries.append(f"register {PRESERVED[register]}")
            continue
        if register not in REGISTERS:
            fail(f"base register {register}")
        place = lambda: f"{REGISTERS[register]}{reader.signed():+d}"
        if kind == 1:
            entries.append(f"slot {place()}")
        elif kind == 2:
            entries.append(f"tolerant {place()}")
        elif kind == 3:
            entries.append(f"range {place()} x{reader.unsigned()}")
        elif kind == 4:
            where = place()
            entries.append(f"mask {where} [{reader.sets(reader.unsigned())}]")
        else:
            where, count = place(), reader.unsigned()
            entries.append(f"repeat {where} x{count} [{reader.sets(reader.unsigned())}]")


def read_sites(reader):
    """Pairs of an offset in the function and the entries of the list there."""
    sites, lists, last, offset = [], [], None, 0
    while reader.at != reader.end:
        head = reader.unsigned()
        if head < 4:
            fail("two sites have the same address")
        offset += head >> 2
        kind = head & 3
        if kind == 0:
            sites.append((offset, []))
            continue
        if kind == 1 and last is None:
            fail("the first list is that of the last site before")
        if kind == 2:
            last = root_list(reader)
            lists.append(last)
        elif kind == 3:
            number = reader.unsigned()
            if number >= len(lists):
                fail(f"list {number} of {len(lists)}")
            last = lists[number]
        sites.append((offset, last))
    return sites


def callee(elf, shndx, address):
    """The symbol of the relocation in the call that returns to `address`."""
    for offset, kind, symbol, _ in elf.sections[shndx]["relocations"]:
        if offset == address - 4 and kind in (2, 4):
            return elf.symbols[symbol][0]
        if offset == address - 4 and kind in (9, 41, 42):
            return f"*{elf.symbols[symbol][0]}"
    body = elf.bytes(elf.sections[shndx])
    if body[address - 5] == 0xE8:
        (distance,) = struct.unpack_from("<i", body, address - 4)
        return elf.function_at(shndx, address + distance) or "local"
    return "indirect"


def dump(elf, offsets):
    found = False
    for index, section in enumerate(elf.sections):
        if section["name"] != "tricolor_maps":
            continue
        found = True
        flags = section["flags"]
        if not flags & SHF_ALLOC or not flags & SHF_LINK_ORDER or flags & SHF_WRITE:
            fail(f"section {index} has flags {flags:#x}")
        link = elf.sections[section["link"]]["name"]
        group = elf.group_of(index)
        if bool(flags & SHF_GROUP) != (group is not None):
            fail(f"section {index}: SHF_GROUP and the groups do not agree")
        if group != elf.group_of(section["link"]):
            fail(f"section {index} is not in the group of the code it is linked to")
        data = elf.bytes(section)
        relocations = {r[0]: r for r in section["relocations"]}
        at = 0
        while at != len(data):
            if at + 6 > len(data):
                fail(f"record at {at:#x} is cut off")
            version = data[at + 4]
            if version != VERSION:
                fail(f"record at {at:#x}: version {version}")
            if at not in relocations:
                fail(f"record at {at:#x} has no anchor")
            _, kind, symbol, addend = relocations.pop(at)
            name, _, shndx, value, _ = elf.symbols[symbol]
            if kind != 2:
                fail(f"the anchor's relocation is of type {kind}, not R_X86_64_PC32")
            reader = Reader(data, at + 5, len(data))
            size = reader.unsigned()
            if not size or reader.at + size > len(data):
                fail(f"record at {at:#x}: size {size}")
            table = read_sites(Reader(data, reader.at, reader.at + size))
            start = value + addend - table[0][0]
            function = elf.function_at(shndx, start)
            if function is None:
                fail(f"no function starts at {name}+{start:#x}")
            text = f"function {function}: {len(table)} sites"
            text += f" group {group}" if group else ""
            print(text + f" link {link}")
            for pc, entries in table:
                where = f" +{pc}" if offsets else ""
                listed = ", ".join(entries) or "nothing"
                print(f"  site{where} -> {callee(elf, shndx, start + pc)}: {listed}")
            at = reader.at + size
        if relocations:
            fail(f"relocations at {sorted(relocations)} belong to no record")
    if not found:
        print("no maps")


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--no-offsets"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    dump(Object(arguments[0]), "--no-offsets" not in sys.argv)
