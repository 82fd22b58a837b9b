; Values of several words are taken apart in the cold block; lanes under a mask only where it is set.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,verify -S %s | FileCheck %s

target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; CHECK: @tricolor.no_slot = internal constant i64 0

; CHECK-LABEL: define void @vector(
; CHECK:       extractelement <2 x ptr> %value, i64 0
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr %slot,
; CHECK:       extractelement <2 x ptr> %value, i64 1
; CHECK:       [[AT:%.*]] = getelementptr i8, ptr %slot, i64 8
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr [[AT]],
; CHECK:       store <2 x ptr> %value, ptr %slot
define void @vector(ptr %slot, <2 x ptr> %value) {
  store <2 x ptr> %value, ptr %slot
  ret void
}

; CHECK-LABEL: define void @vector_of_integers(
; CHECK-COUNT-4: call preserve_mostcc void @tricolor_write_barrier(
; CHECK-NOT:   call preserve_mostcc void @tricolor_write_barrier(
; CHECK:       ret void
define void @vector_of_integers(ptr %slot, <4 x i64> %value) {
  store <4 x i64> %value, ptr %slot
  ret void
}

; CHECK-LABEL: define void @aggregate(
; CHECK:       [[FIRST:%.*]] = extractvalue { i32, ptr, [2 x { double, i64 }] } %value, 1
; CHECK:       [[AT8:%.*]] = getelementptr i8, ptr %slot, i64 8
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr [[AT8]],
; CHECK:       [[AT24:%.*]] = getelementptr i8, ptr %slot, i64 24
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr [[AT24]],
; CHECK:       [[AT40:%.*]] = getelementptr i8, ptr %slot, i64 40
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr [[AT40]],
; CHECK-NOT:   call preserve_mostcc void @tricolor_write_barrier(
; CHECK:       store
define void @aggregate(ptr %slot, { i32, ptr, [2 x { double, i64 }] } %value) {
  store { i32, ptr, [2 x { double, i64 }] } %value, ptr %slot
  ret void
}

; CHECK-LABEL: define void @masked(
; CHECK:       [[BIT:%.*]] = extractelement <2 x i1> %mask, i64 0
; CHECK:       [[AT:%.*]] = select i1 [[BIT]], ptr %slot, ptr @tricolor.no_slot
; CHECK:       [[WORD:%.*]] = select i1 [[BIT]], i64 {{%.*}}, i64 0
; CHECK:       call preserve_mostcc void @tricolor_write_barrier(ptr [[AT]], i64 [[WORD]])
; CHECK:       call void @llvm.masked.store
define void @masked(ptr %slot, <2 x ptr> %value, <2 x i1> %mask) {
  call void @llvm.masked.store.v2p0.p0(<2 x ptr> %value, ptr align 8 %slot, <2 x i1> %mask)
  ret void
}

; CHECK-LABEL: define void @masked_floats(
; CHECK-NOT:   tricolor
; CHECK:       ret void
define void @masked_floats(ptr %slot, <4 x float> %value, <4 x i1> %mask) {
  call void @llvm.masked.store.v4f32.p0(<4 x float> %value, ptr align 4 %slot, <4 x i1> %mask)
  ret void
}

; CHECK-LABEL: define void @scattered(
; CHECK:       [[AT:%.*]] = extractelement <2 x ptr> %slots, i64 0
; CHECK:       select i1 {{%.*}}, ptr [[AT]], ptr @tricolor.no_slot
; CHECK-COUNT-2: call preserve_mostcc void @tricolor_write_barrier(
; CHECK:       call void @llvm.masked.scatter
define void @scattered(<2 x ptr> %slots, <2 x i64> %value, <2 x i1> %mask) {
  call void @llvm.masked.scatter.v2i64.v2p0(<2 x i64> %value, <2 x ptr> align 8 %slots, <2 x i1> %mask)
  ret void
}

; CHECK-LABEL: define void @compressed(
; CHECK:       [[BITS:%.*]] = bitcast <2 x i1> %mask to i2
; CHECK:       call i2 @llvm.ctpop.i2(i2 [[BITS]])
; CHECK-COUNT-4: call preserve_mostcc void @tricolor_write_barrier(
; CHECK:       call void @llvm.masked.compressstore
define void @compressed(ptr %slot, <2 x i64> %value, <2 x i1> %mask) {
  call void @llvm.masked.compressstore.v2i64(<2 x i64> %value, ptr align 8 %slot, <2 x i1> %mask)
  ret void
}

; CHECK-LABEL: define void @x86_masked(
; CHECK:       icmp slt <2 x i64> %mask, zeroinitializer
; CHECK-COUNT-2: call preserve_mostcc void @tricolor_write_barrier(
; CHECK:       call void @llvm.x86.avx2.maskstore.q
define void @x86_masked(ptr %slot, <2 x i64> %mask, <2 x i64> %value) "target-features"="+avx2" {
  call void @llvm.x86.avx2.maskstore.q(ptr %slot, <2 x i64> %mask, <2 x i64> %value)
  ret void
}
declare void @llvm.x86.avx2.maskstore.q(ptr, <2 x i64>, <2 x i64>)
