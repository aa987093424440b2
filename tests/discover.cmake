# Lists the cases of one Catch2 executable, after it is linked, and writes a ctest file that runs each as a test of its own.
# Expects EXECUTABLE, PREFIX, OUTPUT, CATCH2_VERSION, TIMEOUT.
if(CATCH2_VERSION VERSION_LESS 3)
  set(list_arguments "~[.]" --list-test-names-only)  # its exit code is the number of cases
else()
  set(list_arguments "~[.]" --list-tests --verbosity quiet)
endif()
execute_process(COMMAND "${EXECUTABLE}" ${list_arguments} OUTPUT_VARIABLE names ERROR_VARIABLE complaint)
if(complaint MATCHES "[^ \n]")
  message(FATAL_ERROR "${EXECUTABLE} cannot list its cases:\n${complaint}")
endif()

# CMake's lists are text with semicolons and brackets in it, so names are carried with these spelled otherwise.
string(ASCII 1 semicolon)
string(ASCII 2 open)
string(ASCII 3 close)
string(REPLACE ";" "${semicolon}" names "${names}")
string(REPLACE "[" "${open}" names "${names}")
string(REPLACE "]" "${close}" names "${names}")
string(REPLACE "\n" ";" names "${names}")

set(script "")
foreach(name IN LISTS names)
  string(REPLACE "${semicolon}" ";" name "${name}")
  string(REPLACE "${open}" "[" name "${name}")
  string(REPLACE "${close}" "]" name "${name}")
  if(name STREQUAL "")
    continue()
  endif()
  string(REGEX REPLACE "([][\\,\"~])" "\\\\\\1" pattern "${name}")
  set(pattern "\"${pattern}\"")  # in quotes, or a name that begins with a dash would be an option
  string(APPEND script "add_test([==[${PREFIX}: ${name}]==] [==[${EXECUTABLE}]==] [==[${pattern}]==])\n"
                       "set_tests_properties([==[${PREFIX}: ${name}]==] PROPERTIES SKIP_RETURN_CODE 77 FAIL_REGULAR_EXPRESSION [==[No tests? (cases matched|ran)]==] TIMEOUT ${TIMEOUT} LABELS [==[${PREFIX}]==])\n")
endforeach()
file(WRITE "${OUTPUT}" "${script}")
