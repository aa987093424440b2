#pragma once
/// \file
/// What an embedder says about an Emscripten program's surroundings.

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <wasmer/abi/emscripten/net.hpp>
#include <wasmer/abi/guest.hpp>
#include <wasmer/abi/wasi/memory_filesystem.hpp>
#include <wasmer/abi/wasi/options.hpp>
#include <wasmer/abi/wasi/stream.hpp>

namespace wasmer::emscripten {

/// C++ in the place of a program's JavaScript: a callable `double(GuestMemory, std::span<const double> arguments)`.
class Snippet {
 public:
  template <class F>
    requires std::is_invocable_r_v<double, F&, GuestMemory, std::span<const double>>
  Snippet(F function)
      : object_(std::make_shared<F>(std::move(function))),
        call_([](void* object, GuestMemory memory, std::span<const double> arguments) -> double { return (*static_cast<F*>(object))(memory, arguments); }) {}

  double operator()(GuestMemory memory, std::span<const double> arguments) const { return call_(object_.get(), memory, arguments); }

 private:
  std::shared_ptr<void> object_;
  double (*call_)(void*, GuestMemory, std::span<const double>);
};

struct Options {
  std::vector<std::string> args = {};  ///< the program's own name first
  std::vector<std::string> env = {};   ///< each `NAME=value`; over what Emscripten gives every program (USER, HOME, …)
  /// Directories of the host. One whose name for the guest is not absolute is found from the working directory; one called `.` is the working directory.
  std::vector<wasi::Preopen> preopens = {};
  /// The guest's 0, 1 and 2: descriptors of the embedder's, which stay its own (-1: closed), strings or functions.
  wasi::Input in = 0;
  wasi::Output out = 1, err = 2;
  wasi::Limits limits = {};
  /// All files that are in no directory of the host's. /tmp, /home/web_user and /dev are made in it.
  wasi::MemoryFilesystem files = wasi::MemoryFilesystem();
  std::vector<NetRule> net = {};       ///< all that the program may do with the network
  std::string entrypoint = {};         ///< the export that is run instead of `main`
  /// By the text of the JavaScript; where a program has only a number for it (fastcomp's EM_ASM), by `#NUMBER`.
  std::map<std::string, Snippet, std::less<>> snippets = {};
};

}  // namespace wasmer::emscripten
