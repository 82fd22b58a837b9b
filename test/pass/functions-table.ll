; One record a managed function, kept and dropped with it.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-functions,verify -S %s | FileCheck %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-functions %s | %llc -relocation-model=pic -o - | FileCheck --check-prefix=ASM %s

target triple = "x86_64-unknown-linux-gnu"

$inline = comdat any

; CHECK: @tricolor.function = private constant i32 trunc (i64 sub (i64 ptrtoint (ptr @tricolor.local to i64), i64 ptrtoint (ptr @tricolor.function to i64)) to i32), section "tricolor_functions", align 4, !associated [[EXTERNAL:!.*]]
; CHECK: [[INLINE:@.*]] = private constant i32 trunc (i64 sub (i64 ptrtoint (ptr [[ALIAS:@tricolor.local.[0-9]+]] to i64), {{.*}}), section "tricolor_functions", comdat($inline), align 4, !associated
; CHECK: [[LOCAL:@.*]] = private constant i32 trunc (i64 sub (i64 ptrtoint (ptr @local to i64), {{.*}}), section "tricolor_functions", align 4, !associated
; CHECK: @llvm.compiler.used = appending global [3 x ptr] [ptr @tricolor.function, ptr [[INLINE]], ptr [[LOCAL]]], section "llvm.metadata"
; CHECK: @tricolor.local = private alias void (), ptr @external
; CHECK: [[ALIAS]] = private alias void (), ptr @inline
; CHECK: [[EXTERNAL]] = !{ptr @external}

; ASM: .section tricolor_functions,"ao",@progbits,external
; ASM-NEXT: .p2align 2
; ASM-NEXT: [[RECORD:.*]]:
; ASM-NEXT: .long .Ltricolor.local-[[RECORD]]
; ASM: .section tricolor_functions,"aoG",@progbits,inline,inline,comdat

define void @external() {
  ret void
}

define linkonce_odr void @inline() comdat {
  ret void
}

define internal void @local() {
  ret void
}

define available_externally void @copy() {
  ret void
}

define void @assembly() naked {
  call void asm sideeffect "ret", ""()
  unreachable
}

define void @unmanaged() "tricolor-unmanaged" {
  ret void
}

declare void @declared()
