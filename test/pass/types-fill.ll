; An annotation becomes the initializer of the descriptor and disappears; other annotations stay.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types,verify -S %s | FileCheck %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-early,tricolor-globals,verify -S %s | FileCheck --check-prefix=ROOTS %s

target triple = "x86_64-unknown-linux-gnu"

%struct.tricolor_type = type { i32, i32, i64, i32, i32, ptr, ptr, ptr, i32, i32 }

$node = comdat any

; CHECK: @node = linkonce_odr global %struct.tricolor_type { i32 2, i32 5, i64 24, i32 8, i32 4, ptr @tricolor.program, ptr @tricolor.name, ptr null, i32 0, i32 0 }, comdat
@node = linkonce_odr global %struct.tricolor_type zeroinitializer, comdat
; CHECK: @leaf = internal global %struct.tricolor_type { i32 2, i32 3, i64 4, i32 4, i32 0, ptr null, ptr @{{.*}}, ptr null, i32 0, i32 0 }
@leaf = internal global %struct.tricolor_type zeroinitializer
; clang may give the global another type of that size.
; CHECK: @odd = internal global { i32, i32, i64, i32, i32, ptr, ptr, ptr, i32, i32 } { i32 2, i32 1, i64 800, i32 8, i32 6,
@odd = internal global { [56 x i8] } zeroinitializer
@other = global i32 0

@text.node = private constant [81 x i8] c"tricolor.type:v1;flags=5;size=24;align=8;name=Node%3cint%3b%3e;program=302,3,4,0\00", section "llvm.metadata"
@text.leaf = private constant [63 x i8] c"tricolor.type:v1;flags=3;size=4;align=4;name=unsigned;program=\00", section "llvm.metadata"
@text.odd = private constant [79 x i8] c"tricolor.type:v1;flags=1;size=800;align=8;name=Odd;program=303,64,102,1,0,0000\00", section "llvm.metadata"
@text.other = private constant [6 x i8] c"other\00", section "llvm.metadata"
@file = private constant [2 x i8] c"f\00", section "llvm.metadata"

; CHECK-NOT: tricolor.type:
; CHECK-DAG: @tricolor.program = private constant [4 x i64] [i64 770, i64 3, i64 4, i64 0], comdat($node)
; CHECK-DAG: @tricolor.name = private constant [11 x i8] c"Node<int;>\00", comdat($node)
; CHECK-DAG: @llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @other, ptr @text.other
@llvm.global.annotations = appending global [4 x { ptr, ptr, ptr, i32, ptr }] [
  { ptr, ptr, ptr, i32, ptr } { ptr @node, ptr @text.node, ptr @file, i32 1, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @other, ptr @text.other, ptr @file, i32 1, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @leaf, ptr @text.leaf, ptr @file, i32 1, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @odd, ptr @text.odd, ptr @file, i32 1, ptr null }
], section "llvm.metadata"

; Descriptors refer to constants only: they are no roots.
; ROOTS-NOT: section "tricolor_globals"
define ptr @use(i32 %which) {
  ret ptr @odd
}
