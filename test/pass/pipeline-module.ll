; The constructor and destructor of the image, in one hidden comdat, before and after everybody else's.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-functions,tricolor-module,verify -S %s | FileCheck %s
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-functions,tricolor-module %s | %llc -relocation-model=pic -o - | FileCheck --check-prefix=ASM %s
; A module that adds nothing to the tables registers nothing.
; RUN: %opt -load-pass-plugin=%tricolor_pass -passes=tricolor-module -S %s | FileCheck --check-prefix=EMPTY %s

target triple = "x86_64-unknown-linux-gnu"

; CHECK: $__tricolor_module_constructor = comdat any
; CHECK: @__start_tricolor_maps = extern_weak hidden constant i8
; CHECK: @__tricolor_module = linkonce_odr hidden constant { i32, i32, ptr, ptr, ptr, ptr, ptr, ptr, ptr } { i32 2, i32 0, ptr @__start_tricolor_maps, ptr @__stop_tricolor_maps, ptr @__start_tricolor_functions, ptr @__stop_tricolor_functions, ptr @__start_tricolor_globals, ptr @__stop_tricolor_globals, ptr @__tricolor_poll_page }, comdat($__tricolor_module_constructor), align 8
; CHECK: @llvm.global_ctors = appending global [2 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 101, ptr @user, ptr null }, { i32, ptr, ptr } { i32 1, ptr @__tricolor_module_constructor, ptr @__tricolor_module_constructor }]
; CHECK: @llvm.global_dtors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 1, ptr @__tricolor_module_destructor, ptr @__tricolor_module_constructor }]
; CHECK: define linkonce_odr hidden void @__tricolor_module_constructor() {{.*}}comdat {
; CHECK: call void @tricolor_register_module(ptr @__tricolor_module)
; CHECK: define linkonce_odr hidden void @__tricolor_module_destructor() {{.*}}comdat($__tricolor_module_constructor) {
; CHECK: call void @tricolor_unregister_module(ptr @__tricolor_module)

; ASM-DAG: .section .init_array.1,"awG",@init_array,__tricolor_module_constructor,comdat
; ASM-DAG: .section .fini_array.1,"awG",@fini_array,__tricolor_module_constructor,comdat
; ASM-DAG: .section .data.rel.ro.__tricolor_module,"awG",@progbits,__tricolor_module_constructor,comdat

; EMPTY-NOT: __tricolor_module

@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 101, ptr @user, ptr null }]

define void @user() {
  ret void
}
