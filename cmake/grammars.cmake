# inquest_grammar(LANGUAGE): the C parser of a tree-sitter grammar, as the library grammar_LANGUAGE.
# The pinned package is fetched once (scripts/fetch-grammar says from where, and checks its SHA-512);
# nothing of it is committed, and no script of it runs.
function(inquest_grammar language)
  set(folder ${CMAKE_BINARY_DIR}/grammars/${language})
  if(NOT EXISTS ${folder}/package/src/parser.c)
    execute_process(
      COMMAND ${CMAKE_SOURCE_DIR}/scripts/fetch-grammar ${language} ${folder}
      RESULT_VARIABLE failed)
    if(failed)
      message(FATAL_ERROR "the tree-sitter grammar for ${language} could not be fetched")
    endif()
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/scripts/fetch-grammar)
  set(sources ${folder}/package/src/parser.c)
  if(EXISTS ${folder}/package/src/scanner.c)
    list(APPEND sources ${folder}/package/src/scanner.c)
  endif()
  add_library(grammar_${language} STATIC ${sources})
  target_include_directories(grammar_${language} PRIVATE ${folder}/package/src)
  # Generated code of others: our warnings are not for it.
  target_compile_options(grammar_${language} PRIVATE -w)
  inquest_sanitize(grammar_${language})
endfunction()
