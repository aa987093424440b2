// The command line, read by CLI11: a translation unit of its own, since CLI11 takes long to compile.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "duration.hpp"
#include "escape.hpp"
#include "features.hpp"
#include "nearest.hpp"
#include "options.hpp"
#include "report.hpp"

namespace wasmer::tools {
namespace {

/// What --help tells of a command beside its options.
struct About {
  Command command;
  const char* name;
  const char* usage;
  const char* what;
  const char* ending;
};

constexpr const char* run_ending =
    "Exit status: the guest's, modulo 256; 134 after a trap, whose cause and WebAssembly backtrace are told on standard error; 1 when a file\n"
    "cannot be loaded or the machine is short of what it needs; 2 when the command is used wrongly.\n"
    "\n"
    "Examples:\n"
    "  wasmer --dir . program.wasm --verbose input.txt     run a WASI program that sees this directory\n"
    "  wasmer --dir . --net=listen:127.0.0.1:8080 nginx.wasm -- -p . -c nginx.conf     run an Emscripten program that may listen there\n"
    "  wasmer --invoke add module.wat 1 2                  call an export and print its results, one a line\n";

constexpr std::array abouts{
    About{Command::run, "run", "[OPTIONS] FILE [--] [ARGUMENTS...]", "Run a program: what is meant when no command is named", run_ending},
    About{Command::compile, "compile", "[OPTIONS] FILE", "Compile a module and run nothing",
          "Exit status: 0; 1 when FILE is no module that can be compiled; 2 when the command is used wrongly.\n"
          "\n"
          "Example:\n"
          "  wasmer compile --threads 1 --repeat 5 --stats=json big.wasm     measure how fast a module compiles\n"},
    About{Command::validate, "validate", "[OPTIONS] FILE...", "Say of each module whether it is valid",
          "Exit status: 0 when all are valid; 1 when one is not, or cannot be read; 2 when the command is used wrongly.\n"
          "\n"
          "Example:\n"
          "  wasmer validate --features 2.0+tail-call-simd *.wasm\n"},
    About{Command::inspect, "inspect", "FILE", "List a module's sections, types, imports, exports and sizes",
          "Exit status: 0; 1 when FILE is no valid module; 2 when the command is used wrongly.\n"},
    About{Command::wast, "wast", "[OPTIONS] FILE...", "Run test scripts: a line for each, then how many assertions passed, failed and were skipped",
          "Exit status: 0 when nothing failed; 1 otherwise; 2 when the command is used wrongly.\n"
          "\n"
          "Example:\n"
          "  wasmer wast --features 2.0 tests/*.wast\n"},
    About{Command::wat2wasm, "wat2wasm", "[OPTIONS] FILE", "Turn text into binary",
          "Exit status: 0; 1 when FILE is wrong or the output cannot be written; 2 when the command is used wrongly.\n"
          "\n"
          "Example:\n"
          "  wasmer wat2wasm module.wat -o module.wasm\n"},
    About{Command::wasm2wat, "wasm2wat", "[OPTIONS] FILE", "Turn binary into text",
          "Exit status: 0; 1 when FILE is wrong or the output cannot be written; 2 when the command is used wrongly.\n"},
};

constexpr const About* find_command(std::string_view name) {
  const auto found = std::ranges::find(abouts, name, &About::name);
  return found == abouts.end() ? nullptr : &*found;
}

/// `text` in lines of up to 100 characters, each but the first after `indent` spaces.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string lines;
  for (std::size_t column = 0; !text.empty();) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (column != 0 && column + word.size() >= 100) lines.append("\n").append(indent, ' '), column = 0;
    else if (column != 0) lines += ' ', ++column;
    lines += word;
    column += word.size();
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return lines;
}

std::string help_row(std::string name, std::string_view what) {
  constexpr std::size_t column = 26;
  name.insert(0, "  ");
  if (name.size() + 2 > column) name.append("\n").append(column, ' ');
  else name.resize(column, ' ');
  return name + wrapped(what, column) + "\n";
}

class CommandLine {
 public:
  /// `named` tells whether the command line names the command, as it need not.
  CommandLine(const About& about, bool named) : about_(about), named_(named) {
    options_.command = about.command;
    options_.threads = std::max(1u, std::thread::hardware_concurrency());
    app_.set_help_flag("-h,--help", "Print this help and exit");
    app_.allow_extras();  // to tell of them in words of our own
    switch (about.command) {
      case Command::run:
        machine_options();
        run_options();
        if (!named) app_.set_version_flag("--version", "wasmer " WASMER_VERSION, "Print the version and exit");
        break;
      case Command::compile:
        machine_options();
        repeat_option("Compile so many times afresh; the fastest counts (default: 1)");
#if defined(WASMER_LLVM)
        choice("--emit", options_.emission,
               {{"llvm-ir", Emission::llvm_ir}, {"llvm-ir-optimized", Emission::llvm_ir_optimized}, {"asm", Emission::assembly}, {"obj", Emission::object}},
               "With --backend llvm, write what becomes of the module on its way to machine code: llvm-ir, llvm-ir-optimized, asm or obj (an ELF file)");
        output_option();
#endif
        stats_option();
        file_argument("A module, binary or text; - is standard input");
        break;
      case Command::validate:
        features_option();
        repeat_option("Validate so many times afresh; the fastest counts (default: 1)");
        stats_option();
        files_argument("Modules, binary or text; - is standard input");
        break;
      case Command::inspect: file_argument("A module, binary or text; - is standard input"); break;
      case Command::wast:
        machine_options();
        features_option();
        app_.add_option("--expected-failures", options_.expected_failures, "Skip the assertions that FILE lists, as SCRIPT:LINE REASON, unless they pass")
            ->type_name("FILE");
        app_.add_flag("--gc-stress", options_.gc_stress, "Collect garbage at every allocation");
        files_argument("Scripts");
        break;
      case Command::wat2wasm:
        output_option();
        app_.add_flag("--no-check{false}", options_.check, "Write what is well-formed, valid or not");
        file_argument("A module as text; - is standard input");
        break;
      case Command::wasm2wat:
        output_option();
        file_argument("A module, binary or text; - is standard input");
        break;
    }
  }

  std::variant<Options, int> parse(std::vector<std::string> words) {
    std::ranges::reverse(words);  // as CLI11 takes them
    try {
      app_.parse(std::move(words));
    } catch (const CLI::CallForHelp&) {
      return print(help());
    } catch (const CLI::CallForVersion& version) {
      return print(std::string(version.what()) + "\n");
    } catch (const CLI::ParseError& error) {
      const auto unknown = unknown_option();  // explains the rest, such as a FILE that is missing
      return misused(unknown ? *unknown : error.what());
    }
    if (const auto unknown = unknown_option()) return misused(*unknown);
    if (takes_one_file_ && options_.files.size() > 1) return misused(std::string(about_.name) + " takes one FILE, not " + std::to_string(options_.files.size()));
    if (stats_ == "json") options_.stats = StatsFormat::json;
    else if (stats_ == "table") options_.stats = StatsFormat::table;
    else if (!stats_.empty()) return misused("--stats: \"" + stats_ + "\" is not one of table, json");
#if defined(WASMER_LLVM)
    if (options_.emission != Emission::none && options_.backend != BackendName::llvm) return misused("--emit needs --backend llvm");
#endif
    if (options_.command == Command::run)
      if (const auto complaint = take_guest()) return misused(*complaint);
    return std::move(options_);
  }

 private:
  void machine_options() {
#if defined(WASMER_LLVM)
    choice("--backend", options_.backend, {{"singlepass", BackendName::singlepass}, {"llvm", BackendName::llvm}},
           "The compiler: singlepass (the default), which compiles fastest, or llvm, whose code runs fastest");
    app_.add_option("--llvm-opt", options_.llvm_level, "With --backend llvm, how much is done for speed: 0 (nothing) to 3; the default is 2")
        ->check(CLI::Range(0u, 3u).description(""))
        ->type_name("LEVEL");
    choice("--llvm-exact-traps", options_.llvm_exact_traps, {{"on", true}, {"off", false}},
           "With --backend llvm, whether each access out of bounds is a trap, and memory and globals are then what the guest has made of them: on (the default), or off, for "
           "loops that are vectorized");
#else
    choice("--backend", options_.backend, {{"singlepass", BackendName::singlepass}}, "The compiler: singlepass (the default)");
#endif
    choice("--memory", options_.bounds, {{"guard", Bounds::guard_pages}, {"explicit", Bounds::explicit_}},
           "How memory accesses are checked: by guard pages, which take gigabytes of addresses for each memory (guard, the default), or one by one (explicit)");
    app_.add_option("--threads", options_.threads, "Threads that compile (default: one for each processor, here " + std::to_string(options_.threads) + ")")
        ->check(CLI::Range(1u, 1024u).description(""))
        ->type_name("N");
  }

  void run_options() {
    choice("--abi", options_.abi,
           {{"auto", AbiName::auto_}, {"none", AbiName::none}, {"wasi", AbiName::wasi}, {"wasi-snapshot0", AbiName::wasi_snapshot0}, {"wasi-snapshot1", AbiName::wasi_snapshot1},
            {"wasi-latest", AbiName::wasi_latest}, {"emscripten", AbiName::emscripten}},
           "What the guest may import: auto (the default) goes by its imports; none, wasi (of every version), wasi-snapshot0, wasi-snapshot1, wasi-latest, emscripten");
    directory_options("", false, "");
    directory_options("-ro", true, ", and change nothing in it");
    app_.add_flag("--wasmer-layout", options_.wasmer_layout,
                  "Show the directories as Wasmer did: in a directory / that is descriptor 3 and nowhere on the host; they are descriptors 4, 5 and so on");
    words("--env", "NAME=VALUE", "Set a variable in the guest's environment, which is empty otherwise; may be given often", [this](const std::string& word) {
      const std::size_t equals = word.find('=');
      if (equals == std::string::npos || equals == 0) return false;
      std::erase_if(options_.environment, [name = word.substr(0, equals + 1)](const std::string& earlier) { return earlier.starts_with(name); });
      options_.environment.push_back(word);
      return true;
    });
    words("--tcplisten", "ADDRESS:PORT", "Give the guest a socket that listens there, as a descriptor behind those of its directories; may be given often",
          [this](const std::string& word) {
            options_.listen.push_back(word);
            return word.find(':') != std::string::npos;
          });
    words("--net", "WHAT:ADDRESS:PORT",
          "Let an Emscripten program open sockets of its own: to listen there (listen:127.0.0.1:8080), or to connect there (connect:127.0.0.1:5432); port 0 is every port; may be given often",
          [this](const std::string& word) {
            options_.net.push_back(word);
            return word.starts_with("listen:") || word.starts_with("connect:");
          });
    app_.add_option("--em-entrypoint", options_.entrypoint, "Run this export of an Emscripten program in place of its main")->type_name("NAME");
    app_.add_option("--invoke", options_.invoke, "Call this export with the arguments after FILE and print its results, one a line")->type_name("NAME");
    app_.add_option_function<std::string>("--timeout", [this](const std::string& word) {
         options_.timeout = parse_duration(word), options_.timeout_text = word + (word.ends_with('s') || word.ends_with('m') || word.ends_with('h') ? "" : "s");
         if (!options_.timeout) throw CLI::ValidationError("--timeout", "\"" + word + "\" is not a TIME such as 2s, 1.5s, 500ms, 10m or 1h");
       }, "Stop the program when it has run for so long: a number and ms, s (the default), m or h. It ends as by a trap.")
        ->type_name("TIME");
    app_.add_flag("--trace-wasi", options_.trace_wasi, "Tell each call of WASI on standard error, with its arguments and what came of it, as strace does");
    app_.add_flag("--bench-hooks", options_.bench_hooks, "Supply bench.start and bench.end, the time between which is run_ms, and env.clock_ms");
    stats_option();
    app_.prefix_command();  // the first word that is no option is FILE, and CLI11 looks no further
  }

  void repeat_option(const char* what) {
    app_.add_option("--repeat", options_.repeat, what)->check(CLI::Range(1u, 1'000'000u).description(""))->type_name("N");
  }

  void stats_option() {
    app_.add_flag("--stats{table}", stats_, "Print times and sizes to standard error when done: a table, or one line of JSON")->type_name("[=json]");
  }

  void features_option() {
    app_.add_option_function<std::string>("--features", [this](const std::string& text) {
         const auto features = parse_features(text);
         if (!features) throw CLI::ValidationError("--features", "\"" + text + "\" is not 1.0, 2.0, 3.0 or all, then +PROPOSAL or -PROPOSAL");
         options_.features = *features;
       }, "What modules may use: 1.0, 2.0 (the default), 3.0 or all, then any number of +PROPOSAL and -PROPOSAL")
        ->type_name("SET");
  }

  void output_option() { app_.add_option("-o,--output", options_.output, "Where to write (default: standard output)")->type_name("FILE"); }
  void file_argument(const char* what) {
    files_argument(what);
    takes_one_file_ = true;
  }
  void files_argument(const char* what) { app_.add_option("FILE", options_.files, what)->required()->type_name(""); }

  /// An option whose word is one of a few.
  template <class T>
  void choice(const char* name, T& value, std::initializer_list<std::pair<std::string_view, T>> list, const char* what) {
    app_.add_option_function<std::string>(name, [name, &value, choices = std::vector(list)](const std::string& word) {
         std::string all;
         for (const auto& [text, choice] : choices) {
           if (text == word) return void(value = choice);
           all.append(all.empty() ? "" : ", ").append(text);
         }
         throw CLI::ValidationError(name, "\"" + word + "\" is not one of " + all);
       }, what)
        ->type_name("NAME");
  }

  /// An option that may be given often, with one word each, which `take` accepts or refuses.
  template <class Take> void words(const std::string& name, const char* type, const char* what, Take take) {
    app_.add_option_function<std::vector<std::string>>(name, [name, type, take](const std::vector<std::string>& all) {
         for (const std::string& word : all)
           if (!take(word)) throw CLI::ValidationError(name, word.empty() ? std::string(type) + " is empty" : "\"" + word + "\" is not " + type);
       }, what)
        ->type_name(type)
        ->allow_extra_args(false);
  }

  /// --dir and --mapdir, or those with a suffix for directories that may not be changed.
  void directory_options(const std::string& suffix, bool read_only, const std::string& what) {
    words("--dir" + suffix, "DIR", ("Let the guest see the directory DIR, under that name" + what + "; may be given often").c_str(),
          [this, read_only](const std::string& word) {
            add_directory(word, word, read_only);
            return !word.empty();
          });
    words("--mapdir" + suffix, "GUEST:HOST",
          ("Let the guest see the directory HOST under the name GUEST" + what + "; may be given often").c_str(), [this, read_only](const std::string& word) {
            const std::size_t colon = word.find(':');
            if (colon == std::string::npos || colon == 0 || colon + 1 == word.size()) return false;
            add_directory(word.substr(0, colon), word.substr(colon + 1), read_only);
            return true;
          });
  }

  /// A shell completes a directory's name with a slash, which is no part of what the guest calls it.
  void add_directory(std::string guest, std::string host, bool read_only) {
    while (guest.size() > 1 && guest.ends_with('/')) guest.pop_back();
    options_.directories.push_back({std::move(guest), std::move(host), read_only});
  }

  /// A complaint of the first option that the command does not have.
  std::optional<std::string> unknown_option() const {
    for (const std::string& word : app_.remaining()) {
      const bool is_option = word.size() > 1 && word.starts_with('-');
      if (word == "--" || !is_option) break;  // what follows is no option, or not ours
      const std::string name = word.substr(0, word.find('='));
      std::vector<std::string> names;
      for (const CLI::Option* option : app_.get_options())
        for (const std::string& long_name : option->get_lnames()) names.push_back("--" + long_name);
      const auto meant = nearest(name, names);
      const std::string who = named_ ? std::string(about_.name) + " has" : "there is";
      return who + " no option " + escaped(name) + (meant ? "; " + *meant + " was perhaps meant" : "");
    }
    return std::nullopt;
  }

  /// Takes FILE and the guest's arguments out of what the options left, or says what is wrong with them.
  std::optional<std::string> take_guest() {
    std::vector<std::string> rest = app_.remaining();
    const auto drop_dashes = [&] {
      if (rest.empty() || rest.front() != "--") return false;
      rest.erase(rest.begin());
      return true;
    };
    const bool any_name = drop_dashes() || named_;
    if (rest.empty()) return "FILE is required";
    if (!any_name && find_command(rest.front()) != nullptr)
      return "the command " + rest.front() + " stands before all options; a file of that name is ./" + rest.front();
    options_.files = {rest.front()};
    rest.erase(rest.begin());
    drop_dashes();
    options_.arguments = std::move(rest);
    return std::nullopt;
  }

  std::string help() const {
    std::string arguments, options;
    for (const CLI::Option* option : app_.get_options()) {
      std::string name = option->get_positional() ? option->get_name(true) : "";
      for (const std::string& letter : option->get_snames()) name.append(name.empty() ? "-" : ", -").append(letter);
      for (const std::string& word : option->get_lnames()) name.append(name.empty() ? "--" : ", --").append(word);
      const std::string type = option->get_type_name();
      if (!type.empty() && !type.starts_with('[')) name += ' ';
      (option->get_positional() ? arguments : options) += help_row(name + type, option->get_description());
    }
    if (options_.command == Command::run)
      arguments = help_row("FILE", "A module, binary or text; - is standard input. All that follows it is the guest's, options too; a first -- there is dropped.");
    std::string text = named_ ? std::string(about_.what) + ".\n\nUsage: wasmer " + about_.name : "Runs WebAssembly programs and tests, and tells what is in them.\n\nUsage: wasmer [run]";
    text.append(" ").append(about_.usage).append(named_ ? "\n\n" : "\n       wasmer COMMAND ...\n\n").append(arguments).append("\n");
    if (!named_) {
      text += "Commands, each with a --help of its own:\n";
      for (const About& each : abouts) text += help_row(each.name, each.what);
      text += "\n";
    }
    text += (named_ ? "Options:\n" : "Options of run:\n") + options + "\n";
    if (app_.get_option_no_throw("--features") != nullptr) {
      std::string names;
      for (const ProposalInfo& proposal : proposals) names.append(names.empty() ? "" : ", ").append(proposal.text);
      text += "Proposals: " + wrapped(names, 11) + "\n\n";
    }
    return text + about_.ending;
  }

  static int print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
  }
  int misused(const std::string& complaint) const {
    std::fprintf(stderr, "error: %s\nwasmer%s%s --help tells how it is used.\n", complaint.c_str(), named_ ? " " : "", named_ ? about_.name : "");
    return exit_code::wrong_usage;
  }

  const About& about_;
  bool named_;
  CLI::App app_;
  std::string stats_;
  bool takes_one_file_ = false;
  Options options_;
};

}  // namespace

std::variant<Options, int> parse_command_line(int argc, const char* const* argv) {
  const About* const named = argc > 1 ? find_command(argv[1]) : nullptr;
  return CommandLine(named != nullptr ? *named : abouts.front(), named != nullptr).parse({argv + std::min(argc, named != nullptr ? 2 : 1), argv + argc});
}

}  // namespace wasmer::tools
