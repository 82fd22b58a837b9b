#===- test/lit.cfg.py - Substitutions and limits of the lit suites --------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
# The suites are the directories test/pass, test/clang, test/run, test/link, test/precision, test/fuzz,
# test/model and test/house. docs/testing.md lists the substitutions.
#
#===-----------------------------------------------------------------------------------------------===

import importlib.util
import os

import lit.formats

config.name = "Tricolor"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = {".ll", ".cpp", ".c", ".test"}
config.excludes = ["Inputs", "unit"]
config.test_source_root = os.path.dirname(os.path.abspath(__file__))
config.test_exec_root = os.path.join(config.tricolor_build, "test")

# A test that hangs fails. lit kills it where Debian's python3-psutil is installed; elsewhere the tests' own
# `timeout` and ctest's limit for the suite do. The longest run 1 GiB of arrays and deep trees several times.
if importlib.util.find_spec("psutil"):
    lit_config.maxIndividualTestTime = 900

llvm_bin = os.path.join(config.llvm_root, "bin")
config.environment["PATH"] = os.pathsep.join([llvm_bin, config.environment.get("PATH", "")])
# The user's options must not change what is tested; the tests set their own.
config.environment.pop("TRICOLOR_OPTIONS", None)
config.environment["LC_ALL"] = "C"

clang_plugin = os.path.join(config.tricolor_build, "TricolorClang.so")
plugin_flags = (
    f"-fplugin={clang_plugin} -fplugin-arg-tricolor-verify-ir -I{config.tricolor_source}/rt/include"
)
# `lit --param plugin-args=polls=trap,...`: the suites with other arguments of the plugin.
for argument in filter(None, lit_config.params.get("plugin-args", "").split(",")):
    plugin_flags += f" -fplugin-arg-tricolor-{argument}"
clang = os.path.join(llvm_bin, "clang")
clangxx = os.path.join(llvm_bin, "clang++")

# A sanitized runtime brings the sanitizer's library, before libc and whether or not the program refers to it.
sanitizer = ""
if config.sanitizer_library:
    directory = os.path.dirname(config.sanitizer_library)
    sanitizer = (
        f"-Wl,--push-state,--no-as-needed {config.sanitizer_library} -Wl,--pop-state -Wl,-rpath,{directory} "
    )
    config.available_features.add("sanitized")
    config.available_features.add("tsan" if ".tsan" in config.sanitizer_library else "asan")

tools = {
    # Compilers: plain, and with the plugin and the IR verifier behind its passes.
    "clang": clang,
    "clangxx": clangxx,
    "tricolorc": f"{clang} {plugin_flags}",
    "tricolorxx": f"{clangxx} {plugin_flags}",
    # The plugin modules.
    "tricolor_pass": os.path.join(config.tricolor_build, "TricolorPass.so"),
    "tricolor_clang": clang_plugin,
    # What a program is linked with: the static runtime, or the shared one found by rpath.
    "libs": f"{config.tricolor_build}/libtricolor.a {sanitizer}-lpthread -ldl",
    "shlibs": f"-L{config.tricolor_build} -Wl,-rpath,{config.tricolor_build} -ltricolor {sanitizer}-lpthread -ldl",
    # A full collection at every safepoint, marked twice, with the heap checked.
    "stress": "env TRICOLOR_OPTIONS=stress=1:poison=1:checkmark=1:verify=1",
    # LLVM's tools, and what else tests run.
    "opt": os.path.join(llvm_bin, "opt"),
    "llc": os.path.join(llvm_bin, "llc"),
    "lld": os.path.join(llvm_bin, "ld.lld"),
    "clangformat": os.path.join(llvm_bin, "clang-format"),
    "readelf": os.path.join(llvm_bin, "llvm-readelf"),
    "python": config.python,
    "cmake": config.cmake,
    # Where things are.
    "source": config.tricolor_source,
    "build": config.tricolor_build,
}
# A name ends where a word ends, so that %clang is not the beginning of %clangxx.
config.substitutions += [(f"%{name}(?![A-Za-z0-9_])", value) for name, value in tools.items()]
config.available_features.add("x86_64-linux")
