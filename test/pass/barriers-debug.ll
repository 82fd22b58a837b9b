; Inserted code carries the location of what it guards, or line 0: calls in a function with debug info
; are invalid without one.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-barriers,tricolor-polls,verify -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

; CHECK: call preserve_mostcc void @tricolor_write_barrier(ptr %slot, i64 {{%.*}}), !dbg [[HERE:!.*]]
; CHECK: call preserve_mostcc void @tricolor_write_barrier(ptr %slot, i64 0), !dbg [[NOWHERE:!.*]]
; CHECK: [[HERE]] = !DILocation(line: 3, column: 5
; CHECK: [[NOWHERE]] = !DILocation(line: 0
define void @f(ptr %slot, ptr %value) !dbg !4 {
  store ptr %value, ptr %slot, !dbg !7
  store ptr null, ptr %slot
  ret void, !dbg !7
}

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3}
!0 = distinct !DICompileUnit(language: DW_LANG_C_plus_plus, file: !1, emissionKind: FullDebug)
!1 = !DIFile(filename: "a.cpp", directory: "/")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = !{i32 7, !"Dwarf Version", i32 5}
!4 = distinct !DISubprogram(name: "f", scope: !1, file: !1, line: 2, type: !5, unit: !0, spFlags: DISPFlagDefinition)
!5 = !DISubroutineType(types: !6)
!6 = !{}
!7 = !DILocation(line: 3, column: 5, scope: !4)
