# Install rules: the headers, find_package(wasmer) and a pkg-config file.
include(CMakePackageConfigHelpers)
set(WASMER_CONFIG_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/wasmer")

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/wasmer" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.hpp" PATTERN "*.def")
install(TARGETS wasmer EXPORT wasmerTargets)
if(TARGET wasmer-compiled)
  install(TARGETS wasmer-compiled EXPORT wasmerTargets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endif()
install(EXPORT wasmerTargets NAMESPACE wasmer:: DESTINATION "${WASMER_CONFIG_DIR}")

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/wasmerConfig.cmake.in" "${PROJECT_BINARY_DIR}/wasmerConfig.cmake"
                              INSTALL_DESTINATION "${WASMER_CONFIG_DIR}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/wasmerConfigVersion.cmake" COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/wasmerConfig.cmake" "${PROJECT_BINARY_DIR}/wasmerConfigVersion.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/WasmerDependencies.cmake" DESTINATION "${WASMER_CONFIG_DIR}")

# pkg-config has no file of asmjit's to require, so its flags stand here, as the build found them.
get_target_property(WASMER_ASMJIT_FLAGS asmjit::asmjit INTERFACE_COMPILE_OPTIONS)
if(NOT WASMER_ASMJIT_FLAGS)
  get_target_property(WASMER_ASMJIT_FLAGS asmjit::asmjit INTERFACE_COMPILE_DEFINITIONS)
  list(TRANSFORM WASMER_ASMJIT_FLAGS PREPEND "-D")
endif()
if(NOT WASMER_ASMJIT_FLAGS MATCHES "ASMJIT")
  set(WASMER_ASMJIT_FLAGS "")
endif()
file(RELATIVE_PATH WASMER_PC_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file("${PROJECT_SOURCE_DIR}/cmake/wasmer.pc.in" "${PROJECT_BINARY_DIR}/wasmer.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/wasmer.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
