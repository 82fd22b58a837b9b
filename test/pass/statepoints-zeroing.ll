; Words that a map may show before the program writes them are zeroed, others are not.
; RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

declare void @call()
declare void @keeps(ptr)

%struct.Pair = type { ptr, i32, ptr }

; CHECK-LABEL: @written(
; CHECK-NOT: null
; CHECK: call void @keeps
define void @written(ptr %p) {
  %local = alloca ptr
  store ptr %p, ptr %local
  call void @keeps(ptr %local)
  ret void
}

; Only what is missing, and only pointers.
; CHECK-LABEL: @half_written(
; CHECK: %local = alloca
; CHECK-NEXT: [[END:%.*]] = getelementptr inbounds i8, ptr %local, i64 16
; CHECK-NEXT: store ptr null, ptr [[END]]
; CHECK-NEXT: store ptr %p, ptr %local
define void @half_written(ptr %p) {
  %local = alloca %struct.Pair
  store ptr %p, ptr %local
  call void @keeps(ptr %local)
  ret void
}

; CHECK-LABEL: @copied(
; CHECK-NOT: null
; CHECK: call void @keeps
define void @copied(ptr %p) {
  %local = alloca %struct.Pair
  call void @llvm.memcpy.p0.p0.i64(ptr %local, ptr %p, i64 24, i1 false)
  call void @keeps(ptr %local)
  ret void
}

; A lifetime that starts again starts with zeros again.
; CHECK-LABEL: @again(
; CHECK: loop:
; CHECK: call void @llvm.lifetime.start
; CHECK-NEXT: store ptr null, ptr %local
define void @again(ptr %p, i1 %c) {
entry:
  %local = alloca ptr
  br label %loop
loop:
  call void @llvm.lifetime.start.p0(ptr %local)
  call void @keeps(ptr %local)
  store ptr %p, ptr %local
  call void @llvm.lifetime.end.p0(ptr %local)
  br i1 %c, label %loop, label %exit
exit:
  ret void
}

; Written on one way only.
; CHECK-LABEL: @one_way(
; CHECK: store ptr null, ptr %local
define void @one_way(ptr %p, i1 %c) {
entry:
  %local = alloca ptr
  br i1 %c, label %write, label %join
write:
  store ptr %p, ptr %local
  br label %join
join:
  call void @keeps(ptr %local)
  ret void
}

; Many words at once.
; CHECK-LABEL: @array(
; CHECK: call void @llvm.memset.p0.i64(ptr align 8 %local, i8 0, i64 240, i1 false)
define void @array() {
  %local = alloca [30 x ptr]
  call void @keeps(ptr %local)
  ret void
}

; Too large: tolerant words instead. Storage gets the alignment of a word.
; CHECK-LABEL: @large(
; CHECK: %local = alloca [1040 x i8], align 8
; CHECK-NEXT: call void @keeps(ptr %local) [ "deopt"(i32 {{[0-9]+}}, i32 259, i32 0, i32 130, ptr %local) ]
define void @large() {
  %local = alloca [1040 x i8], align 1
  call void @keeps(ptr %local)
  ret void
}
