; Arithmetic on the address of a listed local goes through a copy in functions with loops, so that loop
; strength reduction does not write `(address - 8) + 8` into root lists. Loads, stores, calls and the lists
; themselves keep the local; so does a function without loops, or one that is not optimized.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-local-addresses -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @call(ptr)

; CHECK-LABEL: @loop(
; CHECK: %places = alloca [4 x ptr]
; CHECK-NEXT: %[[COPY:.*]] = call ptr @llvm.launder.invariant.group.p0(ptr %places)
; CHECK: store ptr null, ptr %places
; CHECK: %place = phi ptr [ %[[COPY]], %entry ], [ %next, %loop ]
; CHECK: call void @call(ptr %places) [ "deopt"(i32 1414678785, i32 257, ptr %places) ]
; CHECK: %end = getelementptr i8, ptr %[[COPY]], i64 32
define void @loop(ptr %p) gc "tricolor" {
entry:
  %places = alloca [4 x ptr]
  store ptr null, ptr %places
  br label %loop

loop:
  %place = phi ptr [ %places, %entry ], [ %next, %loop ]
  store ptr %p, ptr %place
  call void @call(ptr %places) [ "deopt"(i32 1414678785, i32 257, ptr %places) ]
  %next = getelementptr i8, ptr %place, i64 8
  %end = getelementptr i8, ptr %places, i64 32
  %done = icmp eq ptr %next, %end
  br i1 %done, label %out, label %loop

out:
  ret void
}

; CHECK-LABEL: @byval(
; CHECK-NEXT: entry:
; CHECK-NEXT: %[[COPY:.*]] = call ptr @llvm.launder.invariant.group.p0(ptr %places)
; CHECK: phi ptr [ %[[COPY]], %entry ]
; CHECK: call void @call(ptr null) [ "deopt"(i32 1414678785, i32 257, ptr %places) ]
define void @byval(ptr byval([4 x ptr]) %places, i1 %more) gc "tricolor" {
entry:
  br label %loop

loop:
  %place = phi ptr [ %places, %entry ], [ %next, %loop ]
  store ptr null, ptr %place
  call void @call(ptr null) [ "deopt"(i32 1414678785, i32 257, ptr %places) ]
  %next = getelementptr i8, ptr %place, i64 8
  br i1 %more, label %loop, label %out

out:
  ret void
}

; CHECK-LABEL: @straight(
; CHECK-NOT: launder
; CHECK: ret void
define void @straight() gc "tricolor" {
  %places = alloca [4 x ptr]
  %second = getelementptr i8, ptr %places, i64 8
  call void @call(ptr %second) [ "deopt"(i32 1414678785, i32 257, ptr %places) ]
  ret void
}

; CHECK-LABEL: @not_listed(
; CHECK-NOT: launder
; CHECK: ret void
define void @not_listed(i1 %more) gc "tricolor" {
entry:
  %numbers = alloca [4 x i32]
  br label %loop

loop:
  %place = phi ptr [ %numbers, %entry ], [ %next, %loop ]
  store i32 0, ptr %place
  %next = getelementptr i8, ptr %place, i64 4
  br i1 %more, label %loop, label %out

out:
  ret void
}

; CHECK-LABEL: @unoptimized(
; CHECK-NOT: launder
; CHECK: ret void
define void @unoptimized(i1 %more) noinline optnone gc "tricolor" {
entry:
  %places = alloca [4 x ptr]
  br label %loop

loop:
  %place = phi ptr [ %places, %entry ], [ %next, %loop ]
  call void @call(ptr %place) [ "deopt"(i32 1414678785, i32 257, ptr %places) ]
  %next = getelementptr i8, ptr %place, i64 8
  br i1 %more, label %loop, label %out

out:
  ret void
}
