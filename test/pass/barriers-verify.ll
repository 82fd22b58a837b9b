; Barriers that were moved, forgotten or made for another write are found.
; RUN: split-file %s %t
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,tricolor-verify-barriers -disable-output %t/selection.ll
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-verify-barriers -disable-output %t/good.ll
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-verify-barriers -disable-output %t/unguarded.ll 2>&1 | FileCheck --check-prefix=UNGUARDED %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-verify-barriers -disable-output %t/slot.ll 2>&1 | FileCheck --check-prefix=SLOT %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-verify-barriers -disable-output %t/value.ll 2>&1 | FileCheck --check-prefix=VALUE %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-verify-barriers -disable-output %t/half.ll 2>&1 | FileCheck --check-prefix=HALF %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-verify-barriers -disable-output %t/poll.ll 2>&1 | FileCheck --check-prefix=POLL %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-verify-barriers -disable-output %t/flag.ll 2>&1 | FileCheck --check-prefix=FLAG %s
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-verify-barriers -disable-output %t/offset.ll 2>&1 | FileCheck --check-prefix=OFFSET %s

; UNGUARDED: tricolor-verify: in 'unguarded', line 7: no barrier covers the write  store ptr %v, ptr %p
; SLOT: tricolor-verify: in 'slot': no barrier covers the write  store ptr %v, ptr %p
; VALUE: tricolor-verify: in 'value': no barrier covers the write  store ptr %w, ptr %p
; HALF: tricolor-verify: in 'half': no barrier covers the write  store ptr %v, ptr %q
; POLL: tricolor-verify: in 'poll': no barrier covers the write  store ptr %v, ptr %p
; FLAG: tricolor-verify: in 'flag': no barrier covers the write  store ptr %v, ptr %p
; OFFSET: tricolor-verify: in 'offset': no barrier covers the write  store ptr %v, ptr %field

;--- selection.ll
target triple = "x86_64-unknown-linux-gnu"
define void @selection(ptr %p, i64 %a, i64 %b, i1 %c) {
  %either = select i1 %c, i64 %a, i64 %b
  store i64 %either, ptr %p
  ret void
}

;--- good.ll
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@tricolor_control = external global { i32, i32 }
declare preserve_mostcc void @tricolor_write_barrier(ptr, i64)
declare preserve_mostcc void @tricolor_poll()
define void @good(ptr %p, ptr %q, ptr %v, ptr %w) {
entry:
  %flag = load volatile i32, ptr getelementptr inbounds (i8, ptr @tricolor_control, i64 4)
  %set = icmp ne i32 %flag, 0
  br i1 %set, label %cold, label %go
cold:
  %value = ptrtoint ptr %v to i64
  call preserve_mostcc void @tricolor_write_barrier(ptr %p, i64 %value)
  br label %go
go:
  store ptr %v, ptr %p
  ret void
}

;--- unguarded.ll
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@tricolor_control = external global { i32, i32 }
declare preserve_mostcc void @tricolor_write_barrier(ptr, i64)
declare preserve_mostcc void @tricolor_poll()
define void @unguarded(ptr %p, ptr %v) !dbg !2 {
  store ptr %v, ptr %p, !dbg !3
  ret void
}
!llvm.module.flags = !{!4}
!llvm.dbg.cu = !{!0}
!0 = distinct !DICompileUnit(language: DW_LANG_C, file: !1, emissionKind: LineTablesOnly)
!1 = !DIFile(filename: "a.c", directory: "/")
!2 = distinct !DISubprogram(name: "unguarded", scope: !1, file: !1, line: 6, unit: !0, type: !5)
!3 = !DILocation(line: 7, scope: !2)
!4 = !{i32 2, !"Debug Info Version", i32 3}
!5 = !DISubroutineType(types: !{})

;--- slot.ll
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@tricolor_control = external global { i32, i32 }
declare preserve_mostcc void @tricolor_write_barrier(ptr, i64)
declare preserve_mostcc void @tricolor_poll()
define void @slot(ptr %p, ptr %q, ptr %v, ptr %w) {
entry:
  %flag = load volatile i32, ptr getelementptr inbounds (i8, ptr @tricolor_control, i64 4)
  %set = icmp ne i32 %flag, 0
  br i1 %set, label %cold, label %go
cold:
  %value = ptrtoint ptr %v to i64
  call preserve_mostcc void @tricolor_write_barrier(ptr %q, i64 %value)
  br label %go
go:
  store ptr %v, ptr %p
  ret void
}

;--- value.ll
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@tricolor_control = external global { i32, i32 }
declare preserve_mostcc void @tricolor_write_barrier(ptr, i64)
declare preserve_mostcc void @tricolor_poll()
define void @value(ptr %p, ptr %q, ptr %v, ptr %w) {
entry:
  %flag = load volatile i32, ptr getelementptr inbounds (i8, ptr @tricolor_control, i64 4)
  %set = icmp ne i32 %flag, 0
  br i1 %set, label %cold, label %go
cold:
  %value = ptrtoint ptr %v to i64
  call preserve_mostcc void @tricolor_write_barrier(ptr %p, i64 %value)
  br label %go
go:
  store ptr %w, ptr %p
  ret void
}

;--- half.ll
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@tricolor_control = external global { i32, i32 }
declare preserve_mostcc void @tricolor_write_barrier(ptr, i64)
declare preserve_mostcc void @tricolor_poll()
define void @half(ptr %p, ptr %q, ptr %v, ptr %w) {
entry:
  %flag = load volatile i32, ptr getelementptr inbounds (i8, ptr @tricolor_control, i64 4)
  %set = icmp ne i32 %flag, 0
  br i1 %set, label %cold, label %go
cold:
  %value = ptrtoint ptr %v to i64
  call preserve_mostcc void @tricolor_write_barrier(ptr %p, i64 %value)
  br label %go
go:
  store ptr %v, ptr %p
  store ptr %v, ptr %q
  ret void
}

;--- poll.ll
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@tricolor_control = external global { i32, i32 }
declare preserve_mostcc void @tricolor_write_barrier(ptr, i64)
declare preserve_mostcc void @tricolor_poll()
define void @poll(ptr %p, ptr %q, ptr %v, ptr %w) {
entry:
  %flag = load volatile i32, ptr getelementptr inbounds (i8, ptr @tricolor_control, i64 4)
  %set = icmp ne i32 %flag, 0
  br i1 %set, label %cold, label %go
cold:
  %value = ptrtoint ptr %v to i64
  call preserve_mostcc void @tricolor_write_barrier(ptr %p, i64 %value)
  br label %go
go:
  call preserve_mostcc void @tricolor_poll()
  store ptr %v, ptr %p
  ret void
}

;--- flag.ll
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@tricolor_control = external global { i32, i32 }
declare preserve_mostcc void @tricolor_write_barrier(ptr, i64)
declare preserve_mostcc void @tricolor_poll()
define void @flag(ptr %p, ptr %q, ptr %v, ptr %w) {
entry:
  %flag = load volatile i32, ptr @tricolor_control
  %set = icmp ne i32 %flag, 0
  br i1 %set, label %cold, label %go
cold:
  %value = ptrtoint ptr %v to i64
  call preserve_mostcc void @tricolor_write_barrier(ptr %p, i64 %value)
  br label %go
go:
  store ptr %v, ptr %p
  ret void
}

;--- offset.ll
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
@tricolor_control = external global { i32, i32 }
declare preserve_mostcc void @tricolor_write_barrier(ptr, i64)
declare preserve_mostcc void @tricolor_poll()
define void @offset(ptr %p, ptr %q, ptr %v, ptr %w) {
entry:
  %flag = load volatile i32, ptr getelementptr inbounds (i8, ptr @tricolor_control, i64 4)
  %set = icmp ne i32 %flag, 0
  br i1 %set, label %cold, label %go
cold:
  %value = ptrtoint ptr %v to i64
  call preserve_mostcc void @tricolor_write_barrier(ptr %p, i64 %value)
  br label %go
go:
  %field = getelementptr i8, ptr %p, i64 8
  store ptr %v, ptr %field
  ret void
}
