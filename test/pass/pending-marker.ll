; The last pass removes the reference that would keep the program from linking, and nothing else.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-pending,verify -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

; CHECK-NOT: __tricolor_passes_pending
; CHECK-NOT: tricolor_error_passes_did_not_run
; CHECK:     @llvm.used = appending global [1 x ptr] [ptr @kept]
; CHECK-NOT: __tricolor_passes_pending
; CHECK-NOT: tricolor_error_passes_did_not_run
; CHECK-NOT: @llvm.compiler.used
@__tricolor_passes_pending = internal global ptr @tricolor_error_passes_did_not_run__remove_save_temps_or_disable_llvm_passes
@__tricolor_passes_pending.1 = internal constant ptr @tricolor_error_passes_did_not_run__remove_save_temps_or_disable_llvm_passes
@kept = internal global i32 0
@llvm.used = appending global [2 x ptr] [ptr @kept, ptr @__tricolor_passes_pending], section "llvm.metadata"
@llvm.compiler.used = appending global [1 x ptr] [ptr @__tricolor_passes_pending.1], section "llvm.metadata"

declare void @tricolor_error_passes_did_not_run__remove_save_temps_or_disable_llvm_passes()
