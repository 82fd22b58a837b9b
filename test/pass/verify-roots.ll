; The verifier accepts maps that are complete and rejects each kind of hole in one.
; RUN: rm -rf %t && split-file %s %t
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-verify -disable-output %t/right.ll
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-verify -disable-output %t/wrong.ll 2>&1 | FileCheck %s

; Each function of wrong.ll is its namesake of right.ll with one thing broken, and each has its finding.
; CHECK-NOT: in 'unbroken'
; CHECK: tricolor-verify: in 'scalar': at the call of 'call' {{.*}}: the pointer %p is used after it, and neither it nor what it is derived from is listed
; CHECK: tricolor-verify: in 'base': at the call of 'call' {{.*}}: the pointer %field is used
; CHECK: tricolor-verify: in 'joined_base': {{.*}}: the pointer %d is used
; CHECK: tricolor-verify: in 'walk': {{.*}}: the pointer %at is used
; CHECK: tricolor-verify: in 'stale': {{.*}}: the pointer %p is used after it
; CHECK-NEXT: the slot %slot is listed there, but does not hold it on every way to the call
; CHECK: tricolor-verify: in 'redefined': {{.*}}: the pointer %at is used after it
; CHECK-NEXT: the slot %slot is listed there
; CHECK: tricolor-verify: in 'shared': at the call of 'call' {{.*}}: the pointer %p is used
; CHECK: tricolor-verify: in 'map': at the call of 'call' {{.*}}: it has no map, although it can have one
; CHECK: tricolor-verify: in 'local': at the call of 'call' {{.*}}: word 1 of the local variable %variable may hold a pointer that is read later and is not listed
; CHECK: tricolor-verify: in 'mask': at the call of 'fill' {{.*}}: word 1 of the local variable %variable
; CHECK: tricolor-verify: in 'slot_mask': {{.*}}: word 0 of the slot %slot is not listed
; CHECK: tricolor-verify: in 'register': {{.*}}: the pointer %end is used
; CHECK: tricolor-verify: in 'argument': at the call of 'variadic' {{.*}}: the pointer %p lies in memory of this frame as an argument
; CHECK: tricolor-verify: in 'frame': {{.*}}: it does not list the whole frame
; CHECK: tricolor-verify: in 'word': {{.*}}: the pointer %w is used

;--- right.ll
target triple = "x86_64-unknown-linux-gnu"
@constant = constant ptr @call
declare void @call()
declare ptr @make()
declare void @fill(ptr captures(none))
declare void @variadic(i32, ...)

define i64 @scalar(ptr %p) gc "tricolor" {
  %slot = alloca ptr
  store ptr %p, ptr %slot
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  %v = load i64, ptr %p
  ret i64 %v
}

define i64 @base(ptr %p, ptr %q) gc "tricolor" {
  %slot = alloca ptr
  %field = getelementptr i8, ptr %p, i64 64
  store ptr %p, ptr %slot
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  %v = load i64, ptr %field
  ret i64 %v
}

define i64 @joined_base(ptr %p, ptr %q, i1 %c) gc "tricolor" {
entry:
  %slot = alloca ptr
  %p1 = getelementptr i8, ptr %p, i64 64
  %q1 = getelementptr i8, ptr %q, i64 64
  br i1 %c, label %one, label %two
one:
  br label %two
two:
  %b = phi ptr [ %p, %entry ], [ %q, %one ]
  %d = phi ptr [ %p1, %entry ], [ %q1, %one ]
  store ptr %b, ptr %slot
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  %v = load i64, ptr %d
  ret i64 %v
}

define i64 @walk(ptr %p, i64 %n) gc "tricolor" {
entry:
  %slot = alloca ptr
  store ptr %p, ptr %slot
  br label %loop
loop:
  %at = phi ptr [ %p, %entry ], [ %next, %loop ]
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  %next = getelementptr i8, ptr %at, i64 8
  %v = load i64, ptr %next
  %done = icmp eq i64 %v, %n
  br i1 %done, label %exit, label %loop
exit:
  ret i64 %v
}

define i64 @stale(ptr %p, i1 %c) gc "tricolor" {
entry:
  %slot = alloca ptr
  br i1 %c, label %one, label %two
one:
  store ptr %p, ptr %slot
  br label %join
two:
  store ptr %p, ptr %slot
  br label %join
join:
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  %v = load i64, ptr %p
  ret i64 %v
}

define void @redefined(ptr %p) gc "tricolor" {
entry:
  %slot = alloca ptr
  br label %loop
loop:
  %at = phi ptr [ %p, %entry ], [ %next, %go ]
  store ptr %at, ptr %slot
  br label %go
go:
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  %next = load ptr, ptr %at
  %done = icmp eq ptr %next, null
  br i1 %done, label %exit, label %loop
exit:
  ret void
}

define i64 @shared(ptr %p) gc "tricolor" {
  %slot = alloca ptr
  %other = alloca ptr
  store ptr %p, ptr %slot
  %q = call ptr @make() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  store ptr %q, ptr %other
  call void @call() [ "deopt"(i32 1414678785, i32 513, ptr %slot, ptr %other) ]
  %v = load i64, ptr %p
  %w = load i64, ptr %q
  %s = add i64 %v, %w
  ret i64 %s
}

define i64 @map(ptr %p) gc "tricolor" {
  %slot = alloca ptr
  store ptr %p, ptr %slot
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  call void @call() [ "deopt"(i32 1414678785) ]
  ret i64 0
}

define void @local() gc "tricolor" {
  %variable = alloca { i32, ptr }, align 8
  call void @fill(ptr %variable) [ "deopt"(i32 1414678785, i32 260, i32 8, i32 1, i32 1, i32 0, ptr %variable) ]
  call void @call() [ "deopt"(i32 1414678785, i32 260, i32 8, i32 1, i32 1, i32 0, ptr %variable) ]
  call void @fill(ptr %variable) [ "deopt"(i32 1414678785, i32 260, i32 8, i32 1, i32 1, i32 0, ptr %variable) ]
  ret void
}

define void @mask() gc "tricolor" {
  %variable = alloca { ptr, ptr, ptr }, align 8
  call void @fill(ptr %variable) [ "deopt"(i32 1414678785, i32 260, i32 0, i32 3, i32 7, i32 0, ptr %variable) ]
  ret void
}

define <2 x ptr> @slot_mask(<2 x ptr> %pair) gc "tricolor" {
  %slot = alloca <2 x ptr>
  store <2 x ptr> %pair, ptr %slot
  call void @call() [ "deopt"(i32 1414678785, i32 260, i32 0, i32 2, i32 3, i32 0, ptr %slot) ]
  ret <2 x ptr> %pair
}

define i64 @register(ptr %p, ptr %q) gc "tricolor" {
  %end = getelementptr i8, ptr %p, i64 64
  call void @call() [ "deopt"(i32 1414678785, i32 263, ptr %p) ]
  %v = load i64, ptr %end
  ret i64 %v
}

define void @argument(ptr %p) gc "tricolor" {
  %slot = alloca ptr
  store ptr %p, ptr %slot
  call void (i32, ...) @variadic(i32 1, ptr %p) [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  ret void
}

define void @frame(i64 %n) gc "tricolor" {
  %array = alloca ptr, i64 %n
  call void @fill(ptr %array) [ "deopt"(i32 1414678785, i32 6) ]
  ret void
}

define ptr @word(ptr %from) gc "tricolor" {
  %slot = alloca ptr
  %w = load i64, ptr %from
  store i64 %w, ptr %slot
  call void @call() [ "deopt"(i32 1414678785, i32 258, ptr %slot) ]
  %p = inttoptr i64 %w to ptr
  ret ptr %p
}

define i64 @unbroken(ptr %p, i64 %n) gc "tricolor" {
  %local = alloca i64
  %global = load ptr, ptr @constant
  call void @call() [ "deopt"(i32 1414678785) ]
  %c = icmp eq ptr %global, @constant
  %m = mul i64 %n, 3
  store i64 %m, ptr %local
  call void @llvm.lifetime.end.p0(ptr %local)
  ret i64 %m
}

;--- wrong.ll
target triple = "x86_64-unknown-linux-gnu"
@constant = constant ptr @call
declare void @call()
declare ptr @make()
declare void @fill(ptr captures(none))
declare void @variadic(i32, ...)

define i64 @scalar(ptr %p) gc "tricolor" {
  %slot = alloca ptr
  store ptr %p, ptr %slot
  call void @call() [ "deopt"(i32 1414678785) ]
  %v = load i64, ptr %p
  ret i64 %v
}

define i64 @base(ptr %p, ptr %q) gc "tricolor" {
  %slot = alloca ptr
  %field = getelementptr i8, ptr %p, i64 64
  store ptr %q, ptr %slot
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  %v = load i64, ptr %field
  ret i64 %v
}

define i64 @joined_base(ptr %p, ptr %q, i1 %c) gc "tricolor" {
entry:
  %slot = alloca ptr
  %p1 = getelementptr i8, ptr %p, i64 64
  %q1 = getelementptr i8, ptr %q, i64 64
  br i1 %c, label %one, label %two
one:
  br label %two
two:
  %b = phi ptr [ %q, %entry ], [ %p, %one ]
  %d = phi ptr [ %p1, %entry ], [ %q1, %one ]
  store ptr %b, ptr %slot
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  %v = load i64, ptr %d
  ret i64 %v
}

define i64 @walk(ptr %p, i64 %n) gc "tricolor" {
entry:
  %slot = alloca ptr
  store ptr %p, ptr %slot
  br label %loop
loop:
  %at = phi ptr [ %p, %entry ], [ %next, %loop ]
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  %next = load ptr, ptr %at
  %v = load i64, ptr %next
  %done = icmp eq i64 %v, %n
  br i1 %done, label %exit, label %loop
exit:
  ret i64 %v
}

define i64 @stale(ptr %p, i1 %c) gc "tricolor" {
entry:
  %slot = alloca ptr
  br i1 %c, label %one, label %two
one:
  store ptr %p, ptr %slot
  br label %join
two:
  br label %join
join:
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  %v = load i64, ptr %p
  ret i64 %v
}

define void @redefined(ptr %p) gc "tricolor" {
entry:
  %slot = alloca ptr
  br label %loop
loop:
  %at = phi ptr [ %p, %entry ], [ %next, %go ]
  %first = icmp eq ptr %at, %p
  br i1 %first, label %store, label %go
store:
  store ptr %at, ptr %slot
  br label %go
go:
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  %next = load ptr, ptr %at
  %done = icmp eq ptr %next, null
  br i1 %done, label %exit, label %loop
exit:
  ret void
}

define i64 @shared(ptr %p) gc "tricolor" {
  %slot = alloca ptr
  %other = alloca ptr
  store ptr %p, ptr %slot
  %q = call ptr @make() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  store ptr %q, ptr %slot
  call void @call() [ "deopt"(i32 1414678785, i32 513, ptr %slot, ptr %other) ]
  %v = load i64, ptr %p
  %w = load i64, ptr %q
  %s = add i64 %v, %w
  ret i64 %s
}

define i64 @map(ptr %p) gc "tricolor" {
  %slot = alloca ptr
  store ptr %p, ptr %slot
  call void @call() [ "deopt"(i32 1414678785, i32 257, ptr %slot) ]
  call void @call()
  ret i64 0
}

define void @local() gc "tricolor" {
  %variable = alloca { i32, ptr }, align 8
  call void @fill(ptr %variable) [ "deopt"(i32 1414678785, i32 260, i32 8, i32 1, i32 1, i32 0, ptr %variable) ]
  call void @call() [ "deopt"(i32 1414678785) ]
  call void @fill(ptr %variable) [ "deopt"(i32 1414678785, i32 260, i32 8, i32 1, i32 1, i32 0, ptr %variable) ]
  ret void
}

define void @mask() gc "tricolor" {
  %variable = alloca { ptr, ptr, ptr }, align 8
  call void @fill(ptr %variable) [ "deopt"(i32 1414678785, i32 260, i32 0, i32 3, i32 5, i32 0, ptr %variable) ]
  ret void
}

define <2 x ptr> @slot_mask(<2 x ptr> %pair) gc "tricolor" {
  %slot = alloca <2 x ptr>
  store <2 x ptr> %pair, ptr %slot
  call void @call() [ "deopt"(i32 1414678785, i32 260, i32 0, i32 2, i32 2, i32 0, ptr %slot) ]
  ret <2 x ptr> %pair
}

define i64 @register(ptr %p, ptr %q) gc "tricolor" {
  %end = getelementptr i8, ptr %p, i64 64
  call void @call() [ "deopt"(i32 1414678785, i32 263, ptr %q) ]
  %v = load i64, ptr %end
  ret i64 %v
}

define void @argument(ptr %p) gc "tricolor" {
  %slot = alloca ptr
  store ptr %p, ptr %slot
  call void (i32, ...) @variadic(i32 1, ptr %p) [ "deopt"(i32 1414678785) ]
  ret void
}

define void @frame(i64 %n) gc "tricolor" {
  %array = alloca ptr, i64 %n
  call void @fill(ptr %array) [ "deopt"(i32 1414678785) ]
  ret void
}

define ptr @word(ptr %from) gc "tricolor" {
  %slot = alloca ptr
  %w = load i64, ptr %from
  store i64 %w, ptr %slot
  call void @call() [ "deopt"(i32 1414678785, i32 2) ]
  %p = inttoptr i64 %w to ptr
  ret ptr %p
}

define i64 @unbroken(ptr %p, i64 %n) gc "tricolor" {
  %local = alloca i64
  %global = load ptr, ptr @constant
  call void @call() [ "deopt"(i32 1414678785) ]
  %c = icmp eq ptr %global, @constant
  %m = mul i64 %n, 3
  store i64 %m, ptr %local
  call void @llvm.lifetime.end.p0(ptr %local)
  ret i64 %m
}
