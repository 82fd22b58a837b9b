//===- rt/stack/symbol.cpp - What an address is called ------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/symbol.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// Of the C++ library, if the program has one.
extern "C" char *library_demangle(const char *name, char *buffer, size_t *size,
                                  int *status) __asm__("__cxa_demangle") __attribute__((weak));

namespace tricolor::rt {

namespace {

// A file, mapped for as long as this lives. Nothing outside of it is read, whatever its tables say.
class MappedFile {
public:
  explicit MappedFile(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
      return;
    struct stat status;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
      auto bytes = static_cast<size_t>(status.st_size);
      void *mapped = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, file, 0);
      if (mapped != MAP_FAILED) {
        begin_ = static_cast<const char *>(mapped);
        bytes_ = bytes;
      }
    }
    close(file);
  }
  ~MappedFile() {
    if (begin_)
      munmap(const_cast<char *>(begin_), bytes_);
  }
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;

  // `count` Ts at the offset, or null.
  template <class T> const T *at(uint64_t offset, uint64_t count = 1) const {
    if (offset % alignof(T) != 0 || offset > bytes_ || count > (bytes_ - offset) / sizeof(T))
      return nullptr;
    return reinterpret_cast<const T *>(begin_ + offset);
  }

private:
  const char *begin_ = nullptr;
  size_t bytes_ = 0;
};

struct SymbolTable {
  const Elf64_Sym *symbols;
  uint64_t count;
  const char *names;
  uint64_t name_bytes;
};

bool find_table(const MappedFile &file, uint32_t type, SymbolTable *table) {
  const auto *header = file.at<Elf64_Ehdr>(0);
  if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_shentsize != sizeof(Elf64_Shdr))
    return false;
  const auto *sections = file.at<Elf64_Shdr>(header->e_shoff, header->e_shnum);
  for (unsigned i = 0; sections && i < header->e_shnum; ++i) {
    const Elf64_Shdr &section = sections[i];
    if (section.sh_type != type || section.sh_link >= header->e_shnum)
      continue;
    const Elf64_Shdr &strings = sections[section.sh_link];
    table->count = section.sh_size / sizeof(Elf64_Sym);
    table->symbols = file.at<Elf64_Sym>(section.sh_offset, table->count);
    table->name_bytes = strings.sh_size;
    table->names = file.at<char>(strings.sh_offset, strings.sh_size);
    return table->symbols && table->names;
  }
  return false;
}

bool fits(unsigned type, SymbolUse use) {
  return use == SymbolUse::Code ? type == STT_FUNC || type == STT_GNU_IFUNC : type == STT_OBJECT;
}

// Copies the name of the symbol that has the address of the image, demangled.
bool look_up(const SymbolTable &table, uint64_t address, SymbolUse use, Symbol *symbol) {
  for (uint64_t i = 0; i < table.count; ++i) {
    const Elf64_Sym &candidate = table.symbols[i];
    if (!fits(candidate.st_info & 15, use) || candidate.st_shndx == SHN_UNDEF ||
        address < candidate.st_value || address - candidate.st_value >= candidate.st_size ||
        candidate.st_name >= table.name_bytes)
      continue;
    const char *name = table.names + candidate.st_name;
    size_t length = strnlen(name, table.name_bytes - candidate.st_name);
    if (length == 0)
      continue;
    size_t copied = length < sizeof symbol->name ? length : sizeof symbol->name - 1;
    memcpy(symbol->name, name, copied);
    symbol->name[copied] = 0;
    symbol->offset = address - candidate.st_value;
    int status = -1;
    char *plain = library_demangle && copied == length
                      ? library_demangle(symbol->name, nullptr, nullptr, &status)
                      : nullptr;
    if (plain && status == 0) {
      size_t whole = strlen(plain);
      copied = whole < sizeof symbol->name ? whole : sizeof symbol->name - 1;
      memcpy(symbol->name, plain, copied);
      symbol->name[copied] = 0;
    }
    free(plain);
    return true;
  }
  return false;
}

void write_image(LineWriter &line, const Symbol &symbol) {
  line.str(" (").str(symbol.image).chr('+').hex(symbol.image_offset).chr(')');
}

} // namespace

bool find_symbol(uintptr_t address, SymbolUse use, Symbol *symbol) {
  *symbol = {};
  // Not by the loader's list, whose lock may be with a thread that waits for a collection: reports are written by barriers
  // and by the collector too.
  dl_find_object found;
  if (_dl_find_object(reinterpret_cast<void *>(address), &found) != 0 || !found.dlfo_link_map)
    return false;
  const char *name = found.dlfo_link_map->l_name;
  if (name && *name)
    strncpy(symbol->path, name, sizeof symbol->path - 1);
  else if (readlink("/proc/self/exe", symbol->path, sizeof symbol->path - 1) < 0)
    *symbol->path = 0;
  const char *slash = strrchr(symbol->path, '/');
  symbol->image = slash ? slash + 1 : symbol->path;
  symbol->image_offset = address - found.dlfo_link_map->l_addr;
  MappedFile file(symbol->path);
  constexpr uint32_t kTables[] = {SHT_SYMTAB, SHT_DYNSYM};
  for (uint32_t type : kTables) {
    SymbolTable table;
    if (find_table(file, type, &table) && look_up(table, symbol->image_offset, use, symbol))
      break;
  }
  return true;
}

void write_call(LineWriter &line, uintptr_t return_address) {
  Symbol symbol;
  // The address behind a call may be the next function's.
  if (!find_symbol(return_address - 1, SymbolUse::Code, &symbol)) {
    line.hex(return_address);
    return;
  }
  if (*symbol.name)
    line.str(symbol.name).chr('+').hex(symbol.offset);
  else
    line.hex(return_address);
  write_image(line, symbol);
}

void write_variable(LineWriter &line, uintptr_t address) {
  Symbol symbol;
  if (!find_symbol(address, SymbolUse::Data, &symbol)) {
    line.hex(address);
    return;
  }
  if (!*symbol.name) {
    line.hex(address);
    return write_image(line, symbol);
  }
  line.chr('\'').str(symbol.name).chr('\'');
  if (symbol.offset != 0)
    line.chr('+').hex(symbol.offset);
  line.str(" (").str(symbol.image).chr(')');
}

} // namespace tricolor::rt
