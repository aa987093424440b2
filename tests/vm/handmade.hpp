#pragma once
/// \file
/// Modules whose machine code is written by hand, byte by byte: the machine is tested without a compiler.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <vector>

#include <wasmer/module/parser.hpp>
#include <wasmer/text/parser.hpp>
#include <wasmer/vm/code.hpp>
#include <wasmer/vm/image.hpp>
#include <wasmer/vm/instantiate.hpp>

namespace wasmer::tests {

/// The machine code of one function, with its tables.
struct Body {
  std::vector<std::uint8_t> code;
  std::vector<vm::TrapSite> traps = {};
  std::vector<vm::CallSite> calls = {};
  std::vector<vm::Relocation> relocations = {};
  bool frameless = true;
};

/// Publishes the module `text` with `bodies` for its functions, an object each.
inline std::shared_ptr<const vm::Code> publish(std::string_view text, const std::vector<Body>& bodies, Bounds bounds = Bounds::guard_pages) {
  Module module = parse(wat(text).value(), Features::all()).value();
  vm::Image image;
  for (const Body& body : bodies) {
    vm::Object object;
    const auto size = static_cast<std::uint32_t>(body.code.size());
    object.code.assign(reinterpret_cast<const std::byte*>(body.code.data()), reinterpret_cast<const std::byte*>(body.code.data()) + size);
    object.functions = {{.function = module.imported_functions + static_cast<std::uint32_t>(image.parts().size()), .begin = 0, .entry = 0, .end = size,
                         .traps = object.traps.begin_function(0), .frameless = body.frameless}};
    for (const vm::TrapSite& site : body.traps) object.traps.add(site);
    object.calls = body.calls, object.relocations = body.relocations;
    image.append(object).value();
  }
  return vm::Code::publish(std::move(module), bounds, std::move(image)).value();
}

/// An instance of a module without imports.
inline Instance& instantiate(Store& store, const std::shared_ptr<const vm::Code>& code) { return *vm::Instantiation::run(store, code, {}).value(); }

namespace bytes {
/// (func (param i32 i32) (result i32)): lea eax, [rsi + rdx]; ret
inline const Body add{{0x8D, 0x04, 0x16, 0xC3}};
/// (func): ud2, unreachable at module offset 7
inline const Body unreachable{{0x0F, 0x0B}, {{0, 7, vm::TrapSite::always, ErrorId::unreachable}}};
/// (func (param i32) (result i32)): i32.load from memory 0, at module offset 9. mov rax, [rdi + 8]; mov esi, esi; mov eax, [rax + rsi]; ret
inline const Body load{{0x48, 0x8B, 0x47, 0x08, 0x89, 0xF6, 0x8B, 0x04, 0x30, 0xC3}, {{6, 9, vm::TrapSite::memory, ErrorId::out_of_bounds_memory_access}}};
/// (func (param i32 i32) (result i32)): i32.div_u. mov eax, esi; mov ecx, edx; xor edx, edx; div ecx; ret
inline const Body divide{{0x89, 0xF0, 0x89, 0xD1, 0x31, 0xD2, 0xF7, 0xF1, 0xC3}, {{6, 3, vm::TrapSite::division, ErrorId::integer_divide_by_zero}}};
/// (func (param i32)): a trap whose id is the argument. mov eax, esi; ud2
inline const Body trap_with{{0x89, 0xF0, 0x0F, 0x0B}, {{2, 1, vm::TrapSite::in_rax, ErrorId::unreachable}}};
/// (func): calls itself for ever, behind a stack check.
/// cmp rsp, [rdi]; jb +11; push rbp; mov rbp, rsp; call -14; pop rbp; ret; ud2
inline const Body recurse{{0x48, 0x3B, 0x27, 0x72, 0x0B, 0x55, 0x48, 0x89, 0xE5, 0xE8, 0xF2, 0xFF, 0xFF, 0xFF, 0x5D, 0xC3, 0x0F, 0x0B},
                          {{16, 4, vm::TrapSite::stack_check, ErrorId::call_stack_exhausted}},
                          {{14, 5}}};
/// (func): loops for ever, behind a stack check. cmp rsp, [rdi]; jae -5; ud2
inline const Body loop{{0x48, 0x3B, 0x27, 0x73, 0xFB, 0x0F, 0x0B}, {{5, 2, vm::TrapSite::stack_check, ErrorId::call_stack_exhausted}}};
}  // namespace bytes

}  // namespace wasmer::tests
