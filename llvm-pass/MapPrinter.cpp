//===- llvm-pass/MapPrinter.cpp - Writes the section tricolor_maps ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A record's only address is that of its first site, taken from the site's own local label, so that it
// needs no symbol that another image could preempt. Everything else is a difference of labels of one
// section, which the assembler knows. The distances between sites are LEB128 numbers, whose sizes are
// only known once those of the jumps are: the assembler settles both together.
//
// Identical code folding. lld folds functions whose code and relocations are equal, whatever their maps
// are, and drops the maps of all but one. So the code gets a relocation that does nothing
// (R_X86_64_NONE) with a hash of the root lists as addend: functions of different maps are kept apart,
// those of equal maps still fold, within a file.
//
//===------------------------------------------------------------------------------------------===//

#include "MapPrinter.h"

#include "RootBundle.h"
#include "RootList.h"

#include <tricolor/abi.h>

#include "llvm/ADT/StringMap.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/CodeGen/AsmPrinter.h"
#include "llvm/CodeGen/GCMetadata.h"
#include "llvm/CodeGen/GCMetadataPrinter.h"
#include "llvm/CodeGen/StackMaps.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCExpr.h"
#include "llvm/MC/MCSectionELF.h"
#include "llvm/MC/MCStreamer.h"
#include "llvm/MC/MCSymbolELF.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/xxhash.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace tricolor {
namespace {

using Location = StackMaps::Location;

constexpr unsigned WordBytes = 8;

/// Ends the compilation: a map that cannot be written must not be left out.
[[noreturn]] void fail(const MCSymbol &Function, const Twine &Cause) {
  reportFatalUsageError("tricolor: cannot write the stack maps of function '" + Function.getName() +
                        "': " + Cause);
}

/// Reads the locations of one call site, as RootBundle.h lays them out.
class SiteReader {
public:
  SiteReader(const MCSymbol &Function, const StackMaps::CallsiteInfo &Site)
      : Function(Function), Locations(Site.Locations), AtPoll(Site.ID == PollSiteID),
        AtTrap(Site.ID == TrapSiteID) {}

  RootList read() {
    // Before the deopt operands: calling convention, flags, and how many operands there are. After
    // them: gc values, of which we have none.
    constant();
    constant();
    int64_t Operands = constant();
    if (Operands < 1 || static_cast<uint64_t>(Operands) != Locations.size() - Next)
      fail(Function, "a call site has " + Twine(Operands) + " deopt operands and " +
                         Twine(Locations.size() - Next) + " locations");
    if (constant() != RootBundleHeader)
      fail(Function, "a call site has a deopt bundle that is not from tricolor-statepoints; other "
                     "uses of deoptimization cannot be mixed with Tricolor");
    RootList List;
    while (Next != Locations.size())
      readGroup(List);
    return List;
  }

private:
  void readGroup(RootList &List) {
    uint32_t Head = constant();
    uint32_t Number = Head >> 8;
    switch (static_cast<RootGroup>(Head & 0xff)) {
    case RootGroup::Slots:
    case RootGroup::Tolerants:
      for (; Number != 0; --Number)
        List.addWord(place(0), static_cast<RootGroup>(Head & 0xff) == RootGroup::Slots);
      return;
    case RootGroup::Range: {
      uint32_t Offset = unsignedConstant(), Words = unsignedConstant();
      for (; Number != 0; --Number)
        List.addRange(place(Offset), Words);
      return;
    }
    case RootGroup::Mask: {
      uint32_t Offset = unsignedConstant(), Words = unsignedConstant();
      auto Exact = chunks(Words), Tolerant = chunks(Words);
      for (; Number != 0; --Number)
        List.addMask(place(Offset), Words, Exact, Tolerant);
      return;
    }
    case RootGroup::Repeat: {
      uint32_t Offset = unsignedConstant(), Count = unsignedConstant(), Words = unsignedConstant();
      auto Exact = chunks(Words), Tolerant = chunks(Words);
      for (; Number != 0; --Number)
        List.addRepeat(place(Offset), Count, Words, Exact, Tolerant);
      return;
    }
    case RootGroup::Frame:
      List.addFrame();
      return;
    case RootGroup::Values:
      for (; Number != 0; --Number)
        addValue(next(), List);
      return;
    }
    fail(Function, "a root bundle has a group of unknown kind " + Twine(Head & 0xff));
  }

  /// Where the back end left a value.
  void addValue(const Location &L, RootList &List) {
    switch (L.Type) {
    case Location::Constant:
    case Location::ConstantIndex:
      return; // it is no pointer to an object after all
    case Location::Register:
      if (!survivesCall(L.Reg) || L.Size != WordBytes || L.Offset != 0)
        fail(Function, "a root is in " + Twine(L.Size) + " bytes of register " + Twine(L.Reg) +
                           ", which the callee does not preserve");
      List.addRegister(L.Reg);
      return;
    case Location::Indirect:
      if (L.Size != WordBytes)
        fail(Function, "a root is spilled to " + Twine(L.Size) + " bytes");
      List.addWord({checkedBase(L), L.Offset}, /*Exact=*/false);
      return;
    case Location::Direct:
      // An address of this frame, which is no object's; or an argument in the caller's frame, which the
      // back end names by where it lies. The word there is right for the second and harmless for the
      // first.
      if (L.Offset % static_cast<int>(WordBytes) == 0)
        List.addWord({checkedBase(L), L.Offset}, /*Exact=*/false);
      return;
    case Location::Unprocessed:
      break;
    }
    fail(Function, "a root is in a " + describe(L));
  }

  /// By DWARF number: rbx, rbp, r12 to r15; a poll preserves all but r11, a trap all.
  bool survivesCall(unsigned Register) const {
    constexpr unsigned StackPointer = 7, R11 = 11;
    return Register == 3 || Register == 6 || (Register >= 12 && Register <= 15) ||
           ((AtPoll || AtTrap) && Register < 16 && Register != StackPointer &&
            (AtTrap || Register != R11));
  }

  /// The register that a place is addressed from.
  uint16_t checkedBase(const Location &L) const {
    if (L.Reg != 3 && L.Reg != 6 && L.Reg != 7)
      fail(Function, "a root is addressed from register " + Twine(L.Reg) +
                         ", which is neither stack, frame nor base pointer");
    return L.Reg;
  }

  const Location &next() {
    if (Next == Locations.size())
      fail(Function, "a root bundle is cut short");
    return Locations[Next++];
  }

  int64_t constant() {
    const Location &L = next();
    if (L.Type != Location::Constant)
      fail(Function, "a constant of a root bundle was moved to a " + describe(L));
    return L.Offset;
  }

  uint32_t unsignedConstant() { return static_cast<uint32_t>(constant()); }

  SmallVector<uint32_t, 4> chunks(uint64_t Words) {
    SmallVector<uint32_t, 4> Chunks;
    for (uint64_t I = 0; I != divideCeil(Words, 32); ++I)
      Chunks.push_back(unsignedConstant());
    return Chunks;
  }

  FramePlace place(uint32_t Offset) {
    const Location &L = next();
    if (L.Type != Location::Direct)
      fail(Function, "a root is not a fixed place of the frame but a " + describe(L));
    return {checkedBase(L), static_cast<int64_t>(L.Offset) + Offset};
  }

  static StringRef describe(const Location &L) {
    switch (L.Type) {
    case Location::Register:
      return "register";
    case Location::Direct:
      return "frame address";
    case Location::Indirect:
      return "spilled value";
    case Location::Constant:
      return "constant";
    case Location::ConstantIndex:
      return "constant of more than 32 bits";
    case Location::Unprocessed:
      break;
    }
    return "location of unknown kind";
  }

  const MCSymbol &Function;
  ArrayRef<Location> Locations;
  bool AtPoll, AtTrap;
  size_t Next = 0;
};

class MapPrinter : public GCMetadataPrinter {
public:
  bool emitStackMaps(StackMaps &SM, AsmPrinter &AP) override {
    checkTarget(AP);
    const auto &Sites = SM.getCSInfos();
    size_t First = 0;
    AP.OutStreamer->pushSection();
    for (const auto &[Function, Info] : SM.getFnInfos()) {
      emitRecord(AP, *Function, ArrayRef(Sites).slice(First, Info.RecordCount));
      First += Info.RecordCount;
    }
    AP.OutStreamer->popSection();
    if (First != Sites.size())
      reportFatalUsageError("tricolor: the back end recorded call sites of no function");
    return true;
  }

private:
  using Site = StackMaps::CallsiteInfo;

  static void checkTarget(const AsmPrinter &AP) {
    const Triple &Target = AP.TM.getTargetTriple();
    if (Target.getArch() != Triple::x86_64 || !Target.isOSLinux() || !Target.isOSBinFormatELF())
      reportFatalUsageError(Twine("tricolor: target '") + Target.str() +
                            "' is not supported; compile for x86_64 Linux");
    if (AP.TM.getBBSectionsType() != BasicBlockSection::None ||
        AP.TM.Options.EnableMachineFunctionSplitter)
      reportFatalUsageError("tricolor: functions that are split over several sections cannot be "
                            "described; compile without -fbasic-block-sections and "
                            "-fsplit-machine-functions");
  }

  /// The label at a site's return address.
  static const MCSymbol &label(const MCSymbol &Function, const Site &S) {
    if (auto *Difference = dyn_cast<MCBinaryExpr>(S.CSOffsetExpr))
      if (auto *Label = dyn_cast<MCSymbolRefExpr>(Difference->getLHS()))
        return Label->getSymbol();
    fail(Function, "a call site has no label");
  }

  static MCSection *section(MCContext &Context, const MCSymbol &Function) {
    if (!Function.isInSection())
      fail(Function, "it was not written to any section");
    auto &Text = static_cast<MCSectionELF &>(Function.getSection());
    unsigned Flags = ELF::SHF_ALLOC | ELF::SHF_LINK_ORDER;
    const MCSymbolELF *Group = Text.getGroup();
    if (Group)
      Flags |= ELF::SHF_GROUP;
    return Context.getELFSection(TRICOLOR_SECTION_MAPS, ELF::SHT_PROGBITS, Flags, 0, Group,
                                 Text.isComdat(), Text.getUniqueID(),
                                 static_cast<const MCSymbolELF *>(Text.getBeginSymbol()));
  }

  /// What a record says of its sites but for where they are.
  struct SiteLists {
    struct Entry {
      unsigned Kind;         ///< TRICOLOR_SITE_...
      unsigned Number;       ///< of the list, if it is of an EARLIER site
      SmallString<64> Bytes; ///< of the list, if it is NEW
    };
    SmallVector<Entry, 32> Entries;

    /// Equal lists are written once.
    void add(SmallString<64> List) {
      if (List.size() == 1) { // TRICOLOR_ROOT_END alone
        Entries.push_back({TRICOLOR_SITE_NOTHING, 0, {}});
        return;
      }
      auto [Place, New] = Numbers.try_emplace(List, Numbers.size());
      unsigned Number = Place->second;
      if (New)
        Entries.push_back({TRICOLOR_SITE_NEW, 0, std::move(List)});
      else if (Number == Last)
        Entries.push_back({TRICOLOR_SITE_LAST, 0, {}});
      else
        Entries.push_back({TRICOLOR_SITE_EARLIER, Number, {}});
      Last = Number;
    }

    uint64_t hash() const {
      std::string Bytes;
      for (const Entry &E : Entries)
        Bytes += (Twine(E.Kind) + "," + Twine(E.Number) + "," + E.Bytes.str()).str();
      return xxh3_64bits(Bytes);
    }

  private:
    StringMap<unsigned> Numbers;
    unsigned Last = ~0U;
  };

  /// The text of a function differs where its lists differ, for a linker that compares text. The relocation is the
  /// section's last: lld takes what follows that of a thread-local variable's address for that of the call
  /// of __tls_get_addr, and writes the code anew.
  static void tellApart(MCStreamer &Out, const MCSymbol &Function, uint64_t Hash) {
    MCContext &Context = Out.getContext();
    MCSymbol &At = *Context.createTempSymbol();
    Out.switchSection(&Function.getSection());
    Out.emitLabel(&At);
    // No symbol: those of other files are undefined ones to GNU ld, which refuses to relocate by one of a
    // shared object.
    Out.emitRelocDirective(*MCSymbolRefExpr::create(&At, Context), "R_X86_64_NONE",
                           MCConstantExpr::create(static_cast<int64_t>(Hash >> 1), Context));
  }

  static void emitRecord(AsmPrinter &AP, const MCSymbol &Function, ArrayRef<Site> Sites) {
    MCStreamer &Out = *AP.OutStreamer;
    MCContext &Context = AP.OutContext;

    SiteLists Lists;
    for (const Site &S : Sites) {
      if (!S.LiveOuts.empty())
        fail(Function, "a call site lists registers that are live after it (a patch point?)");
      Lists.add(SiteReader(Function, S).read().encode());
    }
    tellApart(Out, Function, Lists.hash());

    auto Symbol = [&](const MCSymbol &S) { return MCSymbolRefExpr::create(&S, Context); };
    auto Constant = [&](int64_t Value) { return MCConstantExpr::create(Value, Context); };
    Out.switchSection(section(Context, Function));
    Out.AddComment("stack maps of " + Function.getName());
    MCSymbol *Anchor = Context.createTempSymbol();
    Out.emitLabel(Anchor);
    Out.emitValue(
        MCBinaryExpr::createSub(Symbol(label(Function, Sites.front())), Symbol(*Anchor), Context),
        4);
    Out.emitInt8(TRICOLOR_ABI_VERSION);
    MCSymbol *Begin = Context.createTempSymbol(), *End = Context.createTempSymbol();
    Out.emitULEB128Value(MCBinaryExpr::createSub(Symbol(*End), Symbol(*Begin), Context));
    Out.emitLabel(Begin);
    // The back end recorded the sites in the order in which it wrote the code: sorted.
    const MCSymbol *Before = nullptr;
    for (auto [S, Entry] : zip_equal(Sites, Lists.Entries)) {
      const MCSymbol &Here = label(Function, S);
      const MCExpr *Distance =
          Before ? MCBinaryExpr::createSub(Symbol(Here), Symbol(*Before), Context) : S.CSOffsetExpr;
      Out.emitULEB128Value(MCBinaryExpr::createAdd(
          MCBinaryExpr::createMul(Distance, Constant(4), Context), Constant(Entry.Kind), Context));
      if (Entry.Kind == TRICOLOR_SITE_EARLIER)
        Out.emitULEB128IntValue(Entry.Number);
      Out.emitBytes(Entry.Bytes);
      Before = &Here;
    }
    Out.emitLabel(End);
  }
};

GCMetadataPrinterRegistry::Add<MapPrinter> Registration(TRICOLOR_GC_NAME,
                                                        "the section tricolor_maps");

} // namespace

void linkMapPrinter() {}

} // namespace tricolor
