#===- test/fuzz/planted_faults.py - The drivers see a fault that is put in ------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   planted_faults.py csmith|objects|examples BUILD KEEP
#
# Runs a driver with a fault put in: the program of csmith changes its checksum, the object program
# deletes an object that a global still refers to, an example prints something else. Must fail.
#
#===---------------------------------------------------------------------------------------------===

import importlib
import sys

driver, build, keep = sys.argv[1:]
if driver in ("csmith", "examples"):
    module = importlib.import_module(driver)

    original = module.run

    def run(command, seconds, directory, options=None):
        ended = original(command, seconds, directory, options)
        if options:
            ended.output = ended.output.replace("checksum = ", "checksum = F").replace("check: ", "check: 1")
        return ended

    module.run = run
else:
    import objects as module

    class Faulty(module.Program):
        def text(self):
            # Hidden from every scan, an object is freed; then it is used.
            fault = ("int i = fresh_identity(K1::kind); uintptr_t t = ~reinterpret_cast<uintptr_t>(static_cast<Object *>(new K1(i)));\n"
                     "asm volatile(\"\" : \"+r\"(t)); for (int n = 0; n < 8; ++n) disturb(); CHECK(reinterpret_cast<Object *>(~t), i);\n")
            return super().text().replace('std::printf("done', fault + 'std::printf("done')

    module.Program = Faulty
sys.exit(module.campaign(f"{driver}.py", "", module.check, ["--build", build, "--keep", keep, "-j", "1", "7"]))
