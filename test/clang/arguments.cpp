// Arguments of the plugin.
// RUN: %clangxx -fplugin=%tricolor_clang -fplugin-arg-tricolor-help -c %s -o %t.o | FileCheck %s --check-prefix=HELP
// RUN: not %clangxx -fplugin=%tricolor_clang -fplugin-arg-tricolor-verify -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %clangxx -fplugin=%tricolor_clang -fplugin-arg-tricolor-verify-ir -fplugin-arg-tricolor-no-warn-destructors -c %s -o %t.o
// HELP: -fplugin-arg-tricolor-help
// HELP: -fplugin-arg-tricolor-no-warn-destructors
// HELP: -fplugin-arg-tricolor-measure=maps{{$}}
// HELP: -fplugin-arg-tricolor-measure=maps,polls{{$}}
// HELP: -fplugin-arg-tricolor-verify-ir
// CHECK: error: unknown argument 'verify' of the tricolor plugin; valid are: help, no-warn-destructors, measure=maps, measure=maps,polls, measure=maps,barriers, measure=maps,polls,barriers, polls=test, polls=trap, verify-ir

int x;
