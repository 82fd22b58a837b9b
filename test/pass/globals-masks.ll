; The records of the globals: exact words, tolerant words, nothing for what holds no pointer.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-global-masks,tricolor-globals,verify -S %s | FileCheck %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-globals,verify -S %s | FileCheck --check-prefix=LATE %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-global-masks,tricolor-globals %s | %llc -relocation-model=pic -o - | FileCheck --check-prefix=ASM %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

%struct.Pair = type { i32, ptr, i64, [16 x i8] }
%struct.Outer = type { ptr, [100 x %struct.Pair] }
%union.Either = type { double }
%struct.Variant = type { i32, %union.Either }

$inline = comdat any

; A pointer: one element of one word, bit 0 exact.
; CHECK: @tricolor.global = private constant { i32, i32, i32, i32, [2 x i32] } { i32 24, i32 trunc ({{.*}}ptr @tricolor.local {{.*}}), i32 1, i32 1, [2 x i32] [i32 1, i32 0] }, section "tricolor_globals", align 4, !associated
@pointer = global ptr null

; An integer of the source is not looked at; where the early pass did not see it, it may be a pointer.
; CHECK-NOT: ptr @integer
; LATE:      private constant { i32, i32, i32, i32, [0 x i32] } { i32 16, {{.*}}@integer{{.*}}, i32 1, i32 0, [0 x i32] zeroinitializer }
@integer = internal global i64 0

; Words 1 exact, 3 and 4 tolerant (characters); the 64-bit integer is none.
; CHECK: { i32 24, {{.*}}@pair, i64 8){{.*}}, i32 1, i32 4, [2 x i32] [i32 1, i32 12] }
@pair = internal global %struct.Pair zeroinitializer

; A thousand elements are one record.
; CHECK: { i32 24, {{.*}}@table {{.*}}, i32 1000, i32 1, [2 x i32] [i32 1, i32 0] }
@table = internal global [1000 x ptr] zeroinitializer

; CHECK: { i32 16, {{.*}}@variant, i64 8){{.*}}, i32 1, i32 0, [0 x i32] zeroinitializer }
@variant = internal global %struct.Variant zeroinitializer

; What clang makes of a union with an initializer: a struct without a name.
; CHECK: { i32 16, {{.*}}@literal {{.*}}, i32 1, i32 0, [0 x i32] zeroinitializer }
@literal = internal global { i64, i32 } zeroinitializer

; CHECK: @{{.*}} = private constant {{.*}} section "tricolor_globals", comdat($inline), align 4, !associated
; ASM:   .section tricolor_globals,"aoG",@progbits,inline,inline,comdat
@inline = linkonce_odr global ptr null, comdat

; CHECK-NOT: @constant,
; CHECK-NOT: @thread,
; CHECK-NOT: @numbers,
@constant = constant ptr @pointer
@thread = thread_local global ptr null
@numbers = internal global [100 x double] zeroinitializer
@elsewhere = external global ptr

; CHECK: @llvm.compiler.used = appending global
