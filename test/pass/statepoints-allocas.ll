; Locals: listed while they may be read, by the mask of their type, within their lifetime.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @call()
declare void @reads(ptr captures(none))
declare void @keeps(ptr)
declare ptr @returns(ptr captures(ret: address, provenance))

%struct.Mixed = type { ptr, i64, i32, float, ptr }
%union.Any = type { double, i64 }

; Live from the write to the last read; the call that gets the address counts, one after it does not.
; CHECK-LABEL: @dead_or_alive(
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
; CHECK: store ptr %p, ptr %local
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %local) ]
; CHECK: call void @reads(ptr %local) [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %local) ]
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}) ]
define void @dead_or_alive(ptr %p) {
  %local = alloca ptr
  call void @call()
  store ptr %p, ptr %local
  call void @call()
  call void @reads(ptr %local)
  call void @call()
  ret void
}

; Overwritten before it is read: dead in between.
; CHECK-LABEL: @overwritten(
; CHECK: store ptr %p, ptr %local
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
; CHECK: store ptr %q, ptr %local
; CHECK: call void @reads(ptr %local) [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %local) ]
define void @overwritten(ptr %p, ptr %q) {
  %local = alloca ptr
  store ptr %p, ptr %local
  call void @call()
  store ptr %q, ptr %local
  call void @reads(ptr %local)
  ret void
}

; An address that has escaped may be read by any call.
; CHECK-LABEL: @captured(
; CHECK: call void @keeps(ptr %local) [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %local) ]
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %local) ]
define void @captured(ptr %p) {
  %local = alloca ptr
  store ptr %p, ptr %local
  call void @keeps(ptr %local)
  call void @call()
  ret void
}

; ... within the variable's lifetime.
; CHECK-LABEL: @lifetime(
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
; CHECK: call void @llvm.lifetime.start
; CHECK: call void @keeps(ptr %local) [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %local) ]
; CHECK: call void @llvm.lifetime.end
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}) ]
define void @lifetime(ptr %p) {
  %local = alloca ptr
  call void @call()
  call void @llvm.lifetime.start.p0(ptr %local)
  store ptr %p, ptr %local
  call void @keeps(ptr %local)
  call void @llvm.lifetime.end.p0(ptr %local)
  call void @call()
  ret void
}

; Alive on one way to the call only: its words are not trusted.
; CHECK-LABEL: @maybe_alive(
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 258, ptr %local) ]
define void @maybe_alive(ptr %p, i1 %c) {
entry:
  %local = alloca ptr
  br i1 %c, label %yes, label %join
yes:
  call void @llvm.lifetime.start.p0(ptr %local)
  store ptr %p, ptr %local
  br label %join
join:
  call void @call()
  br i1 %c, label %use, label %exit
use:
  call void @reads(ptr %local)
  br label %exit
exit:
  ret void
}

; Masks: exact pointers; i64, character storage and unions tolerant; the rest not.
; CHECK-LABEL: @masks(
; CHECK: call void @keeps(ptr %mixed) [ "deopt"({{.*}}, i32 260, i32 0, i32 4, i32 9, i32 2, ptr %mixed) ]
; CHECK: call void @keeps(ptr %union) [ "deopt"(i32 {{[0-9]+}}, i32 260, i32 0, i32 2, i32 0, i32 3, ptr %union, {{.*}}) ]
; CHECK: call void @keeps(ptr %chars) [ "deopt"({{.*}}, i32 260, i32 0, i32 3, i32 0, i32 7, ptr %chars) ]
; CHECK: call void @keeps(ptr %abi) [ "deopt"({{.*}}, i32 260, i32 0, i32 2, i32 2, i32 1, ptr %abi, {{.*}}) ]
; CHECK: call void @keeps(ptr %numbers) [ "deopt"(
; CHECK-NOT: ptr %numbers
; CHECK: ret void
define void @masks() {
  %mixed = alloca %struct.Mixed
  %union = alloca %union.Any
  %chars = alloca [24 x i8]
  %abi = alloca { double, ptr }
  %numbers = alloca { i32, float, [9 x i32], i16 }
  call void @llvm.lifetime.start.p0(ptr %mixed)
  call void @keeps(ptr %mixed)
  call void @llvm.lifetime.end.p0(ptr %mixed)
  call void @keeps(ptr %union)
  call void @keeps(ptr %chars)
  call void @keeps(ptr %abi)
  call void @keeps(ptr %numbers)
  ret void
}

; Arrays do not grow the map: 100 structs repeat one element's sets.
; CHECK-LABEL: @array(
; CHECK: call void @keeps(ptr %array) [ "deopt"(i32 {{[0-9]+}}, i32 261, i32 0, i32 20, i32 4, i32 9, i32 2, ptr %array) ]
define void @array() {
  %array = alloca [20 x %struct.Mixed]
  call void @keeps(ptr %array)
  ret void
}

; The address that a call returns is the variable's too.
; CHECK-LABEL: @through_result(
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 513, ptr %local, ptr %tricolor.slot) ]
define ptr @through_result(ptr %p) {
  %local = alloca ptr
  store ptr %p, ptr %local
  %same = call ptr @returns(ptr %local)
  call void @call()
  %v = load ptr, ptr %same
  ret ptr %v
}

; A dynamic variable has no fixed place: the frame is scanned whole.
; CHECK-LABEL: @dynamic(
; CHECK: call void @keeps(ptr %array) [ "deopt"(i32 {{[0-9]+}}, i32 6) ]
define void @dynamic(i64 %n) {
  %array = alloca ptr, i64 %n
  call void @keeps(ptr %array)
  ret void
}

; CHECK-LABEL: @dynamic_numbers(
; CHECK: call void @keeps(ptr %array) [ "deopt"(i32 {{[0-9]+}}) ]
define void @dynamic_numbers(i64 %n) {
  %array = alloca double, i64 %n
  call void @keeps(ptr %array)
  ret void
}

; What instruments functions puts calls before the variables.
; CHECK-LABEL: @instrumented(
; CHECK-NEXT: %late = alloca ptr
; CHECK: call void @call() [ "deopt"({{.*}}ptr %late) ]
define ptr @instrumented() {
  call void @call()
  %late = alloca ptr
  call void @keeps(ptr %late)
  call void @call()
  %p = load ptr, ptr %late
  ret ptr %p
}
