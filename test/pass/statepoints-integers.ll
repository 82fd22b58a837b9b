; Words that may carry a pointer as an integer are listed as tolerant; numbers are not.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @call()
@word = global i64 0

; CHECK-LABEL: @loaded(
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 258, ptr %tricolor.slot) ]
define void @loaded(ptr %atomic) {
  %w = load atomic i64, ptr %atomic seq_cst, align 8
  call void @call()
  store i64 %w, ptr @word
  ret void
}

; What is only compared, scaled, used as an index or as a size cannot become a pointer.
; CHECK-LABEL: @numbers(
; CHECK: store ptr %p, ptr %tricolor.slot
; CHECK-NOT: store i64
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
define i64 @numbers(ptr %p, i64 %index, i64 %bound, i64 %factor, i64 %tag) {
  %low = and i64 %tag, 7
  call void @call()
  %a = getelementptr i8, ptr %p, i64 %index
  %v = load i32, ptr %a
  %c = icmp eq i64 %bound, 5
  %m = mul i64 %factor, 3
  %s = select i1 %c, i64 %m, i64 %low
  ret i64 %s
}

; The difference of two pointers is a number, even where it is stored.
; CHECK-LABEL: @difference(
; CHECK-NOT: tricolor.slot
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}) ]
define void @difference(ptr %p, ptr %q) {
  %a = ptrtoint ptr %p to i64
  %b = ptrtoint ptr %q to i64
  %d = sub i64 %a, %b
  call void @call()
  store i64 %d, ptr @word
  ret void
}

; A counter that starts as a number stays one, around the loop as well.
; CHECK-LABEL: @counter(
; CHECK-NOT: tricolor.slot
; CHECK: ret void
define void @counter() {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  call void @call()
  store i64 %i, ptr @word
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, 9
  br i1 %more, label %loop, label %exit
exit:
  ret void
}

; A tagged pointer keeps its object through its base.
; CHECK-LABEL: @tagged(
; CHECK: store ptr %p, ptr %tricolor.slot
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 257, ptr %tricolor.slot) ]
define void @tagged(ptr %p) {
  %a = ptrtoint ptr %p to i64
  %b = xor i64 %a, 3
  call void @call()
  store i64 %b, ptr @word
  ret void
}

; Two words that may both be pointers have no common base: the sum is its own.
; CHECK-LABEL: @sum(
; CHECK: %s = add i64 %a, %b
; CHECK-NEXT: store i64 %s, ptr %tricolor.slot
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 258, ptr %tricolor.slot) ]
define ptr @sum(i64 %a, i64 %b) {
  %s = add i64 %a, %b
  call void @call()
  %p = inttoptr i64 %s to ptr
  ret ptr %p
}

; Two words in one integer, taken apart by shifting.
; CHECK-LABEL: @wide(
; CHECK: %tricolor.slot = alloca i128
; CHECK: store i128 %w, ptr %tricolor.slot
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 260, i32 0, i32 2, i32 0, i32 3, ptr %tricolor.slot) ]
define void @wide(ptr %p) {
  %w = load i128, ptr %p
  call void @call()
  %h = lshr i128 %w, 64
  %t = trunc i128 %h to i64
  store i64 %t, ptr @word
  ret void
}

; Eight bytes that are copied as floating point may be a union's pointer; a number is computed with.
; CHECK-LABEL: @moved(
; CHECK: %tricolor.slot = alloca double
; CHECK: store double %copied, ptr %tricolor.slot
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 258, ptr %tricolor.slot) ]
define void @moved(ptr %p) {
  %copied = load double, ptr %p
  %number = load double, ptr @word
  call void @call()
  store double %copied, ptr @word
  %sum = fadd double %number, 1.0
  store double %sum, ptr @word
  ret void
}

; Lengths that the C library counts are numbers, and what it is given as a length is none that matters.
; CHECK-LABEL: @library(
; CHECK-NOT: store i64
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}, i32 513, ptr %tricolor.slot{{.*}}, ptr %tricolor.slot{{.*}}) ]
define i64 @library(ptr %p, ptr %q, i64 %size) {
  %n = call i64 @strlen(ptr %p)
  call void @call()
  %c = call i32 @memcmp(ptr %p, ptr %q, i64 %size)
  store i32 %c, ptr @word
  ret i64 %n
}
declare i64 @strlen(ptr)
declare i32 @memcmp(ptr, ptr, i64)

; A number that runs down a loop and is only compared has no base either.
; CHECK-LABEL: @countdown(
; CHECK-NOT: tricolor.slot
; CHECK: call void @call() [ "deopt"(i32 {{[0-9]+}}) ]
; CHECK: ret i1
define i1 @countdown(ptr %p, i1 %c) {
entry:
  %n = load i64, ptr %p
  br i1 %c, label %given, label %start
given:
  br label %start
start:
  %first = phi i64 [ %n, %entry ], [ 1, %given ]
  br label %loop
loop:
  %left = phi i64 [ %first, %start ], [ %rest, %next ]
  br i1 %c, label %one, label %next
one:
  %part = call i64 @llvm.umin.i64(i64 %left, i64 100)
  %less = sub i64 %left, %part
  br label %next
next:
  %rest = phi i64 [ %less, %one ], [ %left, %loop ]
  call void @call()
  %done = icmp eq i64 %rest, 8
  br i1 %done, label %exit, label %loop
exit:
  ret i1 %done
}
