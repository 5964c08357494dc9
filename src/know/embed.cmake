# The rules of replies.rules as octets in the library, so that the program needs no file at run time.
# Included by the room's target; run as a script (cmake -P) it writes the C file.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ "${RULES}" octets HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" octets "${octets}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," octets "${octets}")
  file(WRITE "${OUTPUT}" "/* Made from replies.rules by embed.cmake. */\n"
    "#include \"replies_builtin.h\"\n\n"
    "const unsigned char replies_builtin[] = {\n${octets}};\n"
    "const size_t replies_builtin_size = sizeof(replies_builtin);\n")
  return()
endif()

set(rules ${CMAKE_SOURCE_DIR}/src/know/replies.rules)
set(script ${CMAKE_SOURCE_DIR}/src/know/embed.cmake)
set(output ${CMAKE_BINARY_DIR}/generated/replies_builtin.c)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated)
add_custom_command(OUTPUT ${output}
  COMMAND ${CMAKE_COMMAND} -DRULES=${rules} -DOUTPUT=${output} -P ${script}
  DEPENDS ${rules} ${script} VERBATIM)
target_sources(mxtap_know PRIVATE ${output})
