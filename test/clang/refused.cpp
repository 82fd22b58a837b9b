// Languages, targets and modes that the plugin refuses.
// RUN: not %tricolorxx -m32 -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=M32
// RUN: not %tricolorxx -mx32 -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=MX32
// RUN: not %tricolorxx --target=aarch64-linux-gnu -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=ARM
// RUN: not %tricolorxx --target=x86_64-apple-macos -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=MAC
// RUN: not %tricolorxx -fblocks -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=BLOCKS
// RUN: not %tricolorxx -fopenmp -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=OPENMP
// RUN: not %tricolorxx -x objective-c++ -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=OBJC
// RUN: not %tricolorxx -femulated-tls -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=TLS
// RUN: not %tricolorxx -mllvm -global-isel -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=ISEL
// M32: error: the tricolor plugin does not support the target 'i386-{{.*}}' yet
// MX32: error: the tricolor plugin does not support the target 'x86_64-{{.*}}x32' yet
// ARM: error: the tricolor plugin does not support the target 'aarch64-{{.*}}' yet
// MAC: error: the tricolor plugin does not support the target 'x86_64-apple-macos{{.*}}' yet
// BLOCKS: error: the tricolor plugin does not support blocks: {{.*}} compile without -fblocks
// OPENMP: error: the tricolor plugin does not support -fopenmp yet: {{.*}} or with -fopenmp-simd
// OBJC: error: the tricolor plugin compiles C and C++ only
// TLS: error: the tricolor plugin does not support -femulated-tls: {{.*}} compile without it
// ISEL: error: tricolor: -global-isel is not supported: {{.*}} compile without it
//
// RUN: %tricolorxx -fopenmp-simd -c %s -o %t.o

int x;
