//===- clang-plugin/SerializedOperators.h - Type-aware operators in AST files -------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// clang 22 writes precompiled headers and modules without saying which operators new and delete are
// type-aware, and so `new Node` finds no operator where tricolor/managed.h comes from such a file.
// This listener says it again when the declarations are read.
//
// Two facts are lost. That an operator is type-aware: set again for each that is read whose first
// parameter is a std::type_identity. And that the program has any such operator, without which
// clang does not look for one: set again when the class `managed` is read, which comes before its
// members.
//
// What cannot be helped here: clang also looks for std::type_identity by its name in the importing
// file. A file that imports a module with managed types has to include <tricolor/tricolor.h> as
// well.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_CLANG_PLUGIN_SERIALIZEDOPERATORS_H
#define TRICOLOR_CLANG_PLUGIN_SERIALIZEDOPERATORS_H

#include "clang/Serialization/ASTDeserializationListener.h"

namespace tricolor {

class SerializedOperators : public clang::ASTDeserializationListener {
public:
  void DeclRead(clang::GlobalDeclID, const clang::Decl *D) override;

private:
  void announce(clang::ASTContext &Context);

  bool Announced = false;
};

} // namespace tricolor

#endif // TRICOLOR_CLANG_PLUGIN_SERIALIZEDOPERATORS_H
