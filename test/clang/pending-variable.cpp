// Where the passes do not run, an undefined symbol says so; where they do, there is none.
// RUN: %tricolorxx -c %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s --check-prefix=RAN
// RUN: %tricolorxx -c -Xclang -disable-llvm-passes %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s
// RUN: not %tricolorxx %t.o -o %t.exe 2>&1 | FileCheck %s --check-prefix=LINK
// RUN: not %tricolorxx %t.o -o %t.exe -fuse-ld=lld -Wl,--gc-sections 2>&1 | FileCheck %s --check-prefix=LINK
// RUN: not %tricolorxx %t.o -o %t.exe -Wl,--gc-sections 2>&1 | FileCheck %s --check-prefix=LINK
// RUN: mkdir -p %t.dir && cd %t.dir && %tricolorxx -c -g -O2 -save-temps %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s
// RUN: %tricolorc -x c -c -Xclang -disable-llvm-passes %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s
// RAN-NOT: passes
// CHECK: U tricolor_error_passes_did_not_run__remove_save_temps_or_disable_llvm_passes
// LINK: tricolor_error_passes_did_not_run__remove_save_temps_or_disable_llvm_passes

int main(void) { return 0; }
