// The command line, read by CLI11: a translation unit of its own, since CLI11 takes long to compile.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "features.hpp"
#include "options.hpp"

namespace wasmer::tools {
namespace {

constexpr const char* description =
    "Runs WebAssembly programs and tests, and tells what is in them.\n"
    "\n"
    "  wasmer [run] [OPTIONS] FILE [--] [ARGUMENTS...]\n"
    "\n"
    "FILE is a module, binary or text. All that follows it is the guest's, options too; a first -- there is dropped.";

constexpr const char* footer =
    "Exit status: the guest's, modulo 256; 134 after a trap, whose cause and WebAssembly backtrace are told on standard error; 1 when a file\n"
    "cannot be loaded; 2 when the command is used wrongly.\n"
    "\n"
    "Examples:\n"
    "  wasmer --dir . program.wasm --verbose input.txt     run a WASI program that sees this directory\n"
    "  wasmer --invoke add module.wat 1 2                  call an export and print its results, one a line\n"
    "  wasmer compile --threads 1 --stats=json big.wasm    measure how fast a module compiles\n"
    "  wasmer wast --features 2.0 tests/*.wast             run the official tests\n";

class CommandLine {
 public:
  CommandLine() {
    options_.threads = std::max(1u, std::thread::hardware_concurrency());
    app_.require_subcommand(0, 1);
    app_.set_version_flag("--version", "wasmer " WASMER_VERSION, "Print the version and exit");
    run_options(app_);
    run_options(*command(Command::run, "run", "Run a program: what is meant when no command is named"));

    CLI::App* compile = command(Command::compile, "compile", "Compile a module and run nothing");
    machine_options(*compile);
    compile->add_option("--repeat", options_.repeat, "Compile so many times afresh; the fastest counts")->check(CLI::Range(1u, 1'000'000u).description(""))->type_name("N");
    stats_option(*compile);
    file_argument(*compile);

    CLI::App* validate = command(Command::validate, "validate", "Say of each module whether it is valid");
    features_option(*validate);
    files_argument(*validate, "Modules, binary or text");

    CLI::App* inspect = command(Command::inspect, "inspect", "List a module's types, imports, exports, sections and sizes");
    file_argument(*inspect);

    CLI::App* wast = command(Command::wast, "wast", "Run test scripts: a line for each, then how many assertions passed, failed and were skipped");
    machine_options(*wast);
    features_option(*wast);
    files_argument(*wast, "Scripts");

    for (CLI::App* converter : {command(Command::wat2wasm, "wat2wasm", "Turn text into binary"), command(Command::wasm2wat, "wasm2wat", "Turn binary into text")}) {
      converter->add_option("-o,--output", options_.output, "Where to write; standard output without it")->type_name("FILE");
      file_argument(*converter);
    }
    app_.footer(footer);
  }

  std::variant<Options, int> parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
      const auto chosen = app_.get_subcommands();
      if (!chosen.empty()) options_.command = commands_.at(chosen.front());
      if (stats_ == "json") options_.stats = StatsFormat::json;
      else if (stats_ == "table") options_.stats = StatsFormat::table;
      else if (!stats_.empty()) throw CLI::ValidationError("--stats", "\"" + stats_ + "\" is not one of table, json");
      if (options_.command == Command::run) guest(chosen.empty() ? app_ : *chosen.front());
      return std::move(options_);
    } catch (const CLI::ParseError& error) {
      if (error.get_exit_code() == 0) return app_.exit(error);
      std::fprintf(stderr, "error: %s\nwasmer --help tells how it is used.\n", error.what());
      return 2;
    }
  }

 private:
  CLI::App* command(Command command, const char* name, const char* what) {
    CLI::App* app = app_.add_subcommand(name, what);
    commands_[app] = command;
    return app;
  }

  void machine_options(CLI::App& app) {
    choice(app, "--backend", options_.backend, {{"singlepass", BackendName::singlepass}}, "The compiler: singlepass");
    choice(app, "--memory", options_.bounds, {{"guard", Bounds::guard_pages}, {"explicit", Bounds::explicit_}},
           "How memory accesses are checked: by guard pages (guard, the default) or one by one (explicit)");
    app.add_option("--threads", options_.threads, "Threads that compile; without it one for each processor")->check(CLI::Range(1u, 1024u).description(""))->type_name("N");
  }

  void run_options(CLI::App& app) {
    machine_options(app);
    choice(app, "--abi", options_.abi,
           {{"auto", AbiName::auto_}, {"none", AbiName::none}, {"wasi-snapshot0", AbiName::wasi_snapshot0}, {"wasi-snapshot1", AbiName::wasi_snapshot1},
            {"wasi-latest", AbiName::wasi_latest}},
           "What the guest may import: auto (the default: goes by its imports), none, wasi-snapshot0, wasi-snapshot1, wasi-latest");
    words(app, "--dir", "DIR", "Let the guest see the directory DIR, under that name", [this](const std::string& word) {
      options_.directories.push_back({word, word});
      return !word.empty();
    });
    words(app, "--mapdir", "GUEST:HOST", "Let the guest see the directory HOST under the name GUEST", [this](const std::string& word) {
      const std::size_t colon = word.find(':');
      if (colon == std::string::npos || colon == 0 || colon + 1 == word.size()) return false;
      options_.directories.push_back({word.substr(0, colon), word.substr(colon + 1)});
      return true;
    });
    words(app, "--env", "NAME=VALUE", "Set a variable in the guest's environment, which is empty otherwise", [this](const std::string& word) {
      const std::size_t equals = word.find('=');
      options_.environment.push_back(word);
      return equals != std::string::npos && equals != 0;
    });
    app.add_option("--invoke", options_.invoke, "Call this export with the arguments after FILE and print its results, one a line")->type_name("NAME");
    app.add_flag("--bench-hooks", options_.bench_hooks, "Supply bench.start and bench.end, the time between which is run_ms, and env.clock_ms");
    stats_option(app);
    app.prefix_command();  // the first word that is no option is FILE, and CLI11 looks no further
  }

  void stats_option(CLI::App& app) {
    app.add_flag("--stats{table}", stats_, "Print times and sizes to standard error when done; --stats=json: as one line of JSON");
  }

  void features_option(CLI::App& app) {
    app.add_option_function<std::string>("--features", [this](const std::string& text) {
         const auto features = parse_features(text);
         if (!features) throw CLI::ValidationError("--features", "\"" + text + "\" is not 1.0, 2.0, 3.0 or all, then +PROPOSAL or -PROPOSAL");
         options_.features = *features;
       }, "What modules may use: 1.0, 2.0 (the default), 3.0 or all, then any number of +PROPOSAL and -PROPOSAL")
        ->type_name("SET");
  }

  void file_argument(CLI::App& app) { app.add_option("FILE", options_.files, "A module, binary or text")->required()->expected(1)->type_name(""); }
  void files_argument(CLI::App& app, const char* what) { app.add_option("FILE", options_.files, what)->required()->type_name(""); }

  /// An option whose word is one of a few.
  template <class T>
  static void choice(CLI::App& app, const char* name, T& value, std::initializer_list<std::pair<std::string_view, T>> list, const char* what) {
    app.add_option_function<std::string>(name, [name, &value, choices = std::vector(list)](const std::string& word) {
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
  template <class Take> static void words(CLI::App& app, const char* name, const char* type, const char* what, Take take) {
    app.add_option_function<std::vector<std::string>>(name, [name, type, take](const std::vector<std::string>& all) {
         for (const std::string& word : all)
           if (!take(word)) throw CLI::ValidationError(name, "\"" + word + "\" is not " + type);
       }, what)
        ->type_name(type)
        ->allow_extra_args(false);
  }

  /// FILE and the guest's arguments, out of what the options left.
  void guest(const CLI::App& app) {
    std::vector<std::string> rest = app.remaining();
    const auto drop_dashes = [&] {
      if (!rest.empty() && rest.front() == "--") rest.erase(rest.begin());
    };
    drop_dashes();
    if (rest.empty()) throw CLI::RequiredError("FILE");
    if (rest.front().starts_with("-")) throw CLI::ExtrasError({rest.front()});
    options_.files = {rest.front()};
    rest.erase(rest.begin());
    drop_dashes();
    options_.arguments = std::move(rest);
  }

  CLI::App app_{description, "wasmer"};
  std::map<const CLI::App*, Command> commands_;
  std::string stats_;
  Options options_;
};

}  // namespace

std::variant<Options, int> parse_command_line(int argc, const char* const* argv) { return CommandLine().parse(argc, argv); }

}  // namespace wasmer::tools
