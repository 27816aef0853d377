# Installed as built: a program finds its neighbours in its own folder and its data in ../share/inquest,
# so all of it stays together below ${INQUEST_HOME}, and `bin` has links (packaging/CMakeLists.txt).
set(INQUEST_HOME lib/inquest)
# Nothing is built by installing: what is missing is an error.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

# inquest_install_program(TARGET FOLDER): FOLDER as in the build tree, bin or below share/inquest.
function(inquest_install_program target folder)
  install(TARGETS ${target} RUNTIME DESTINATION ${INQUEST_HOME}/${folder})
endfunction()

# inquest_install_data(FOLDER [PROGRAM...]): a folder of the build tree as it is, links too, but for
# the programs of that name, which are installed as such (and so can be stripped).
function(inquest_install_data folder)
  get_filename_component(parent ${folder} DIRECTORY)
  set(programs)
  foreach(program ${ARGN})
    list(APPEND programs PATTERN ${program} EXCLUDE)
  endforeach()
  install(DIRECTORY ${CMAKE_BINARY_DIR}/${folder} DESTINATION ${INQUEST_HOME}/${parent}
    USE_SOURCE_PERMISSIONS ${programs} PATTERN __pycache__ EXCLUDE)
endfunction()
