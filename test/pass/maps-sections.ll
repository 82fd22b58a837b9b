; The section of a function's maps goes where its code goes: linked to its section, in its group.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-statepoints %s -o %t.bc
; RUN: %llc -load=%tricolor_pass %t.bc -o - | FileCheck --check-prefix=ASM %s
; RUN: %llc -load=%tricolor_pass -function-sections %t.bc -filetype=obj -o %t.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t.o | FileCheck --check-prefix=SECTIONS %s
; RUN: %llc -load=%tricolor_pass -function-sections -unique-section-names=false %t.bc -filetype=obj -o %t.o
; RUN: %python %S/Inputs/dump_maps.py --no-offsets %t.o | FileCheck --check-prefix=SAME %s
; No symbol is referred to, no word is absolute: PC-relative to the section alone.
; RUN: llvm-readobj -r %t.o | FileCheck --check-prefix=RELOC %s

target triple = "x86_64-unknown-linux-gnu"

$inline = comdat any

declare void @call()

; ASM: .section tricolor_maps,"ao",@progbits,.text{{$}}
; ASM: .section tricolor_maps,"aoG",@progbits,.text.inline,inline,comdat{{$}}
; SECTIONS-LABEL: function first: 1 sites link .text.first
; SECTIONS-LABEL: function inline: 1 sites group inline link .text.inline
; SECTIONS-LABEL: function placed: 1 sites link elsewhere
; SAME: function first: 1 sites link .text
; SAME: function inline: 1 sites group inline link .text
; RELOC: Section ({{.*}}) .relatricolor_maps {
; RELOC-NEXT: R_X86_64_PC32 .text
; RELOC-NEXT: }

define void @first() {
  call void @call()
  ret void
}
define linkonce_odr void @inline() comdat {
  call void @call()
  ret void
}
define void @placed() section "elsewhere" {
  call void @call()
  ret void
}
define void @leaf() {
  ret void
}
