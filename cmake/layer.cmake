# inquest_layer(NAME SOURCES a.cc b.cc DEPS inquest_base ...): one static library a layer.
# Its link line is its place in the layer diagram.
function(inquest_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Woverloaded-virtual -Wold-style-cast -Wimplicit-fallthrough -Werror)
endfunction()

function(inquest_sanitize target)
  if(INQUEST_SANITIZE STREQUAL "address")
    target_compile_options(${target} PUBLIC -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=address,undefined)
  elseif(INQUEST_SANITIZE STREQUAL "thread")
    target_compile_options(${target} PUBLIC -fsanitize=thread)
    target_link_options(${target} PUBLIC -fsanitize=thread)
  elseif(INQUEST_FUZZ)
    target_compile_options(${target} PUBLIC -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC -fsanitize=address,undefined)
  endif()
endfunction()

function(inquest_layer name)
  cmake_parse_arguments(L "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(${name} STATIC ${L_SOURCES})
  target_link_libraries(${name} PUBLIC ${L_DEPS} PRIVATE ${L_PRIVATE_DEPS})
  inquest_warnings(${name})
  inquest_sanitize(${name})
endfunction()

function(inquest_program name)
  cmake_parse_arguments(L "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${L_SOURCES})
  target_link_libraries(${name} PRIVATE ${L_DEPS})
  inquest_warnings(${name})
  inquest_sanitize(${name})
endfunction()

# inquest_test(NAME LABEL unit SOURCES a_test.cc DEPS inquest_base ...): a GoogleTest program.
function(inquest_test name)
  cmake_parse_arguments(L "" "LABEL;TIMEOUT" "SOURCES;DEPS" ${ARGN})
  if(NOT L_TIMEOUT)
    set(L_TIMEOUT 120)
  endif()
  add_executable(${name} ${L_SOURCES})
  target_link_libraries(${name} PRIVATE ${L_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  inquest_warnings(${name})
  inquest_sanitize(${name})
  target_compile_definitions(${name} PRIVATE
    INQUEST_SOURCE_DIR="${CMAKE_SOURCE_DIR}" INQUEST_BINARY_DIR="${CMAKE_BINARY_DIR}")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS "${L_LABEL}" TIMEOUT ${L_TIMEOUT})
endfunction()
