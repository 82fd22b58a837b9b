; Calls of the C library's functions that sort go to the runtime's, which have barriers; a barrier in front is not needed.
; RUN: split-file %s %t
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,verify,tricolor-verify-barriers -S %t/library.ll | FileCheck --check-prefix=LIBRARY %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,verify,tricolor-verify-barriers -S %t/own.ll | FileCheck --check-prefix=OWN %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,verify,tricolor-verify-barriers -S %t/other-type.ll | FileCheck --check-prefix=OTHER %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-verify-barriers -disable-output %t/library.ll 2>&1 | FileCheck --check-prefix=LEFT %s

; LEFT-COUNT-3: tricolor-verify: in 'sorts': the C library moves references without barriers
; LEFT: tricolor-verify: in 'jumps': the C library moves references without barriers

; LIBRARY-LABEL: define void @sorts(
; LIBRARY-NOT:   tricolor_control
; LIBRARY:       call void @tricolor_qsort(ptr nonnull %a, i64 %n, i64 8, ptr @compare) [[NOUNWIND:#[0-9]+]]
; LIBRARY-NEXT:  invoke void @tricolor_qsort(ptr %a, i64 %n, i64 8, ptr @compare)
; LIBRARY:       call void @tricolor_qsort_r(ptr %a, i64 %n, i64 8, ptr @compare_by, ptr %b)
; LIBRARY:       ret void
; LIBRARY-LABEL: define void @jumps(
; LIBRARY-NEXT:  tail call void @tricolor_qsort(
; An address is no call, and nobody knows what a pointer refers to.
; LIBRARY-LABEL: define ptr @address(
; LIBRARY-NEXT:  call void %sort(
; LIBRARY-NEXT:  ret ptr @qsort
; Nothing moves here.
; LIBRARY-LABEL: define ptr @searches(
; LIBRARY-NEXT:  call ptr @bsearch(
; Code without barriers of its own.
; LIBRARY-LABEL: define void @unmanaged(
; LIBRARY:       call void @qsort(
; LIBRARY:       attributes [[NOUNWIND]] = { nounwind }

; OWN-LABEL: define void @sorts(
; OWN-NEXT:  call void @qsort(ptr %a, i64 %n, i64 8, ptr @compare)
; OWN-NEXT:  call void @tricolor_qsort_r(

; OTHER-LABEL: define void @sorts(
; OTHER-NEXT:  call i32 @qsort(ptr %a)

;--- library.ll
target triple = "x86_64-unknown-linux-gnu"
define void @sorts(ptr %a, ptr %b, i64 %n) personality ptr @__gxx_personality_v0 {
  call void @qsort(ptr nonnull %a, i64 %n, i64 8, ptr @compare) #0
  invoke void @qsort(ptr %a, i64 %n, i64 8, ptr @compare)
    to label %go unwind label %pad
go:
  call void @qsort_r(ptr %a, i64 %n, i64 8, ptr @compare_by, ptr %b)
  ret void
pad:
  %lp = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %lp
}
define void @jumps(ptr %a, i64 %n) {
  tail call void @qsort(ptr %a, i64 %n, i64 8, ptr @compare)
  ret void
}
define ptr @address(ptr %sort, ptr %a, i64 %n) {
  call void %sort(ptr %a, i64 %n, i64 8, ptr @compare)
  ret ptr @qsort
}
define ptr @searches(ptr %key, ptr %a, i64 %n) {
  %found = call ptr @bsearch(ptr %key, ptr %a, i64 %n, i64 8, ptr @compare)
  ret ptr %found
}
define void @unmanaged(ptr %a, i64 %n) "tricolor-unmanaged" {
  call void @qsort(ptr %a, i64 %n, i64 8, ptr @compare)
  ret void
}
declare void @qsort(ptr, i64, i64, ptr)
declare void @qsort_r(ptr, i64, i64, ptr, ptr)
declare ptr @bsearch(ptr, ptr, i64, i64, ptr)
declare i32 @compare(ptr, ptr)
declare i32 @compare_by(ptr, ptr, ptr)
declare i32 @__gxx_personality_v0(...)
attributes #0 = { nounwind }

;--- own.ll
target triple = "x86_64-unknown-linux-gnu"
define void @sorts(ptr %a, i64 %n) {
  call void @qsort(ptr %a, i64 %n, i64 8, ptr @compare)
  call void @qsort_r(ptr %a, i64 %n, i64 8, ptr @compare, ptr %a)
  ret void
}
define void @qsort(ptr %a, i64 %n, i64 %size, ptr %compare) {
  %order = call i32 %compare(ptr %a, ptr %a)
  ret void
}
declare void @qsort_r(ptr, i64, i64, ptr, ptr)
declare i32 @compare(ptr, ptr)

;--- other-type.ll
target triple = "x86_64-unknown-linux-gnu"
define void @sorts(ptr %a) {
  %sorted = call i32 @qsort(ptr %a)
  ret void
}
declare i32 @qsort(ptr)
