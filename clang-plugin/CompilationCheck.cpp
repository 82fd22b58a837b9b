//===- clang-plugin/CompilationCheck.cpp - What the plugin refuses to compile -----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "CompilationCheck.h"

#include "clang/Basic/TargetInfo.h"
#include "clang/Basic/Version.h"
#include "clang/Frontend/CompilerInstance.h"

using namespace clang;

namespace tricolor {

namespace {

/// The version of the clang that runs, as opposed to that of the headers.
bool runsInOurClang() {
  std::string Version = getClangFullVersion();
  return StringRef(Version).contains("version " CLANG_VERSION_STRING);
}

} // namespace

Compilation checkCompilation(CompilerInstance &CI) {
  DiagnosticsEngine &Diagnostics = CI.getDiagnostics();
  Compilation Result = Compilation::Supported;
  auto Refuse = [&](const Twine &Message) {
    unsigned Error = Diagnostics.getCustomDiagID(DiagnosticsEngine::Error, "%0");
    Diagnostics.Report(Error) << Message.str();
    Result = Compilation::Refused;
  };

  if (!runsInOurClang())
    Refuse("the tricolor plugin was built for clang " CLANG_VERSION_STRING " but loaded into '" +
           getClangFullVersion() + "'; use that clang, or rebuild the plugin for this one");

  const LangOptions &Language = CI.getLangOpts();
  if (Language.ObjC || Language.CUDA || Language.HIP || Language.OpenCL || Language.HLSL ||
      Language.SYCLIsDevice || Language.SYCLIsHost || Language.OpenACC)
    Refuse(
        "the tricolor plugin compiles C and C++ only; compile this file without it, in a library "
        "that keeps no pointers to collected objects");
  if (Language.OpenMP && !Language.OpenMPSimd)
    Refuse("the tricolor plugin does not support -fopenmp yet: tasks keep copies of pointers in "
           "memory "
           "that the collector does not see; compile without it, or with -fopenmp-simd");
  if (Language.Blocks)
    Refuse(
        "the tricolor plugin does not support blocks: they keep copies of pointers in memory that "
        "the collector does not see; compile without -fblocks");

  const llvm::Triple &Triple = CI.getTarget().getTriple();
  if (Triple.getArch() != llvm::Triple::x86_64 || !Triple.isOSLinux() ||
      CI.getTarget().getPointerWidth(LangAS::Default) != 64)
    Refuse("the tricolor plugin does not support the target '" + Triple.str() +
           "' yet; compile for x86_64-linux-gnu");

  if (CI.getCodeGenOpts().EmulatedTLS)
    Refuse(
        "the tricolor plugin does not support -femulated-tls: thread_local variables would lie in "
        "memory that the collector does not see; compile without it");
  return Result;
}

} // namespace tricolor
