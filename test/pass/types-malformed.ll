; A descriptor that cannot be filled in is an error.
; RUN: not %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-types -disable-output %s 2>&1 | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

%struct.tricolor_type = type { i32, i32, i64, i32, i32, ptr, ptr, ptr, i32, i32 }

@version = global %struct.tricolor_type zeroinitializer
@field = global %struct.tricolor_type zeroinitializer
@missing = global %struct.tricolor_type zeroinitializer
@value = global %struct.tricolor_type zeroinitializer
@program = global %struct.tricolor_type zeroinitializer
@small = global i32 0
@file = private constant [2 x i8] c"f\00", section "llvm.metadata"

; CHECK: error: tricolor: the annotation of type descriptor 'version' is malformed: it is of version 'v2', this pass reads v1
@text.version = private constant [19 x i8] c"tricolor.type:v2;x\00", section "llvm.metadata"
; CHECK: error: tricolor: the annotation of type descriptor 'field' is malformed: it has an unknown field 'colour'
@text.field = private constant [26 x i8] c"tricolor.type:v1;colour=1\00", section "llvm.metadata"
; CHECK: error: tricolor: the annotation of type descriptor 'missing' is malformed: it lacks one of the fields
@text.missing = private constant [25 x i8] c"tricolor.type:v1;flags=1\00", section "llvm.metadata"
; CHECK: error: tricolor: the annotation of type descriptor 'value' is malformed: its field 'size' has the value 'ten'
@text.value = private constant [26 x i8] c"tricolor.type:v1;size=ten\00", section "llvm.metadata"
; WORDS of three words lacks its second set.
; CHECK: error: tricolor: the annotation of type descriptor 'program' is malformed: its program is not well formed
@text.program = private constant [64 x i8] c"tricolor.type:v1;flags=1;size=24;align=8;name=P;program=302,3,0\00", section "llvm.metadata"
; CHECK: error: tricolor: the type descriptor 'small' has not the size of struct tricolor_type

@llvm.global.annotations = appending global [6 x { ptr, ptr, ptr, i32, ptr }] [
  { ptr, ptr, ptr, i32, ptr } { ptr @version, ptr @text.version, ptr @file, i32 1, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @field, ptr @text.field, ptr @file, i32 1, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @missing, ptr @text.missing, ptr @file, i32 1, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @value, ptr @text.value, ptr @file, i32 1, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @program, ptr @text.program, ptr @file, i32 1, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @small, ptr @text.program, ptr @file, i32 1, ptr null }
], section "llvm.metadata"
